"""`RpcService`: calls from other nodes, one at a time or on a link."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Iterable
from typing import Any, NoReturn, TypeAlias

import grpc
from grpc import aio

from erlang_docker.identity import Identity
from erlang_docker.link.calls import Calls
from erlang_docker.link.cookie import AuthenticationError, Cookie
from erlang_docker.v1 import rpc_pb2, rpc_pb2_grpc

Context: TypeAlias = aio.ServicerContext[Any, Any]

CALL_SECONDS = 5.0
"""The deadline of a call that brought none."""
MAX_BATCH_BYTES = 1 << 20
TURN_SECONDS = 0.01


class RpcServicer(rpc_pb2_grpc.RpcServiceServicer):
    """Only those who prove the cookie, and mean this boot of this node, are served."""

    def __init__(self, identity: Identity, cookie: Cookie, calls: Calls) -> None:
        self._identity = identity
        self._cookie = cookie
        self._calls = calls
        self._links: set[_ServedLink] = set()

    async def Call(self, request: rpc_pb2.CallRequest, context: Context) -> rpc_pb2.CallResponse:  # noqa: N802
        """One call, within the gRPC deadline."""
        await self._welcome(context)
        response = self._calls.start(request)
        if not isinstance(response, Awaitable):
            return response
        try:
            async with asyncio.timeout(min(CALL_SECONDS, context.time_remaining() or CALL_SECONDS)):
                return await response
        except TimeoutError:
            await _abort(context, grpc.StatusCode.DEADLINE_EXCEEDED, "the function took too long")

    async def Link(self, requests: AsyncIterator[rpc_pb2.LinkRequest], context: Context) -> None:  # noqa: N802
        """Many calls, until the caller ends the stream."""
        await self._welcome(context)
        link = _ServedLink(self._calls, context)
        self._links.add(link)
        try:
            await link.serve(requests)
        finally:
            self._links.discard(link)

    def drain(self) -> None:
        """Take no new calls, and tell every caller so; answers still go out."""
        self._calls.draining = True
        for link in self._links:
            link.tell_draining()

    async def _welcome(self, context: Context) -> None:
        """Check the caller's proof and answer with ours; else the call ends here and nothing runs."""
        metadata = {key: str(value) for key, value in context.invocation_metadata() or ()}
        try:
            claim = self._cookie.check(metadata)
        except AuthenticationError as error:
            await _abort(context, grpc.StatusCode.UNAUTHENTICATED, str(error))
        meant, this = (claim.target, claim.boot), (str(self._identity.name), self._identity.boot_id)
        if meant != this:
            await _abort(context, grpc.StatusCode.FAILED_PRECONDITION, f"{meant} was meant, this is {this}")
        await context.send_initial_metadata(self._cookie.answer(claim))


async def _abort(context: Context, code: grpc.StatusCode, details: str) -> NoReturn:
    await context.abort(code, details)
    raise AssertionError("abort raises")


class _ServedLink:
    """The called end of one link: answers that are ready while a write is under way leave together in the next."""

    def __init__(self, calls: Calls, context: Context) -> None:
        self._calls = calls
        self._context = context
        self._answers: deque[rpc_pb2.LinkAnswer] = deque()
        self._running: dict[int, asyncio.Task[None]] = {}
        self._draining = False
        self._wake = asyncio.Event()

    async def serve(self, requests: AsyncIterator[rpc_pb2.LinkRequest]) -> None:
        writer = asyncio.create_task(self._write())
        try:
            async for request in requests:
                for call_id in request.cancelled_ids:
                    self._cancel(call_id)
                await self._start_all(request.calls)
            await asyncio.gather(*self._running.values(), return_exceptions=True)
        finally:
            for task in (writer, *self._running.values()):
                task.cancel()

    def tell_draining(self) -> None:
        self._draining = True
        self._wake.set()

    async def _start_all(self, calls: Iterable[rpc_pb2.LinkCall]) -> None:
        """Calls that came together and take long leave the loop its other business in between."""
        clock = asyncio.get_running_loop().time
        begun = clock()
        for call in calls:
            self._start(call)
            if clock() - begun > TURN_SECONDS:
                await asyncio.sleep(0)
                begun = clock()

    def _start(self, call: rpc_pb2.LinkCall) -> None:
        response = self._calls.start(call.request)
        if isinstance(response, Awaitable):
            self._running[call.id] = asyncio.create_task(self._finish(call, response))
        else:
            self._answer(call.id, response)

    async def _finish(self, call: rpc_pb2.LinkCall, response: Awaitable[rpc_pb2.CallResponse]) -> None:
        """Past its deadline a call is not answered: its caller has given it up at the same moment."""
        try:
            async with asyncio.timeout(call.timeout_ms / 1000):
                self._answer(call.id, await response)
        except TimeoutError:
            pass
        finally:
            self._running.pop(call.id, None)

    def _cancel(self, call_id: int) -> None:
        task = self._running.pop(call_id, None)
        if task is not None:
            task.cancel()

    def _answer(self, call_id: int, response: rpc_pb2.CallResponse) -> None:
        self._answers.append(rpc_pb2.LinkAnswer(id=call_id, response=response))
        self._wake.set()

    async def _write(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._answers or self._draining:
                await self._context.write(self._next_response())

    def _next_response(self) -> rpc_pb2.LinkResponse:
        response = rpc_pb2.LinkResponse(draining=self._draining)
        self._draining = False
        size = 0
        while self._answers and size < MAX_BATCH_BYTES:
            answer = self._answers.popleft()
            size += answer.ByteSize()
            response.answers.append(answer)
        return response
