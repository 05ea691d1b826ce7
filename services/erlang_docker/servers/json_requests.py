"""The page's WebSocket with the subprotocol `erlang-docker.v1+json`: `SocketRequest` in, `SocketResponse` out, as JSON.

On the way are the same messages as with gRPC, so that what a client learns of one door holds at the other.
"""

import asyncio
import json
from collections.abc import Callable, Iterable

from google.protobuf.json_format import MessageToJson, Parse, ParseError

from erlang_docker.call import CALL_SECONDS
from erlang_docker.cluster.view import ClusterView
from erlang_docker.console.command_spans import CommandSpans
from erlang_docker.console.commands import Commands
from erlang_docker.console.reply import Reply
from erlang_docker.errors import CallTimeout
from erlang_docker.functions.table import Export
from erlang_docker.metrics.labels import WEBSOCKET
from erlang_docker.servers.function_list import list_functions
from erlang_docker.servers.replies import Replies
from erlang_docker.servers.timed_messages import TimedMessages
from erlang_docker.servers.web_socket import WebSocket
from erlang_docker.trace import Trace
from erlang_docker.turns import LONG_CHARACTERS, Turns
from erlang_docker.v1 import console_pb2, node_pb2, socket_pb2

SUBPROTOCOL = "erlang-docker.v1+json"


class JsonRequests:
    """Of one socket."""

    def __init__(
        self,
        console: Commands,
        replies: Replies,
        table: Iterable[Export],
        turns: Turns,
        view: ClusterView,
        messages: TimedMessages,
        spans: CommandSpans,
        count_steps: Callable[[Trace], None],
    ) -> None:
        self._console = console
        self._replies = replies
        self._table = table
        self._turns = turns
        self._view = view
        self._messages = messages
        self._spans = spans
        self._count_steps = count_steps
        self._loop = asyncio.get_running_loop()
        self._watch: asyncio.Task[None] | None = None

    def push_to(self, socket: WebSocket) -> None:
        """Where watches are told, as long as it is open."""
        self._socket = socket

    def start(self, text: str) -> Reply | asyncio.Task[Reply]:
        """What a text frame asks for, as a reply whose text is the frame that answers it."""
        request = socket_pb2.SocketRequest()
        try:
            Parse(text, request)
        except ParseError as error:
            return _error("", str(error))
        match request.WhichOneof("request"):
            case "run":
                return self._loop.create_task(self._run(request.id, request.run, self._messages.arrived))
            case "watch":
                return self._loop.create_task(self._begin_watch(request.id))
            case "unwatch":
                return self._loop.create_task(self._unwatch(request.id))
            case "list_functions":
                return self._loop.create_task(self._functions(request.id, request.list_functions))
        return _error(request.id, "neither run, watch, unwatch nor list_functions")

    async def _run(self, request_id: str, request: console_pb2.RunRequest, arrived: float) -> Reply:
        trace, reply = self._spans.begin(request.traceparent, arrived), None
        try:
            reply = await self._console.run(request.command, WEBSOCKET, trace)
            run = await self._replies.encode(reply, trace)
            response = socket_pb2.SocketResponse(id=request_id, run=run)
            self._count_steps(trace)
            return Reply(await self._json(response))
        finally:
            self._spans.end(trace, request.command, reply)

    async def _functions(self, request_id: str, request: node_pb2.ListFunctionsRequest) -> Reply:
        """All that is asked for at once: pages are gRPC's."""
        listed = list_functions(self._table, request.origins)
        response = socket_pb2.SocketResponse(id=request_id, list_functions=listed)
        try:
            return Reply(await self._turns.take(_to_json, response, self._loop.time() + CALL_SECONDS))
        except CallTimeout:
            return _error(request_id, "this node is too busy to list its functions")

    async def _json(self, response: socket_pb2.SocketResponse) -> str:
        """In a turn of its own where it is long: protobuf's JSON takes its time with terms of many parts."""
        if response.ByteSize() < LONG_CHARACTERS:
            return _to_json(response)
        try:
            return await self._turns.take(_to_json, response, self._loop.time() + CALL_SECONDS)
        except CallTimeout:
            # The text is still there.
            response.run.call_error = console_pb2.CALL_ERROR_TIMEOUT
            return _to_json(response)

    async def _begin_watch(self, request_id: str) -> Reply:
        """The first snapshot is the reply, and the others follow."""
        await self._end_watch()
        first: asyncio.Future[str] = self._loop.create_future()
        self._watch = self._loop.create_task(self._tell(request_id, first))
        return Reply(await first)

    async def _tell(self, request_id: str, first: asyncio.Future[str]) -> None:
        try:
            async with self._view.watch() as snapshots:
                async for snapshot in snapshots:
                    text = f'{{"id": {json.dumps(request_id, ensure_ascii=False)}, "watch": {snapshot.json}}}'
                    if not first.done():
                        first.set_result(text)
                    elif self._socket.ended.is_set():
                        return
                    else:
                        self._socket.push(text)
        finally:
            if not first.done():
                first.set_result(_error(request_id, "the node is stopping").text)

    async def _unwatch(self, request_id: str) -> Reply:
        await self._end_watch()
        response = socket_pb2.SocketResponse(id=request_id)
        response.unwatch.SetInParent()
        return Reply(_to_json(response))

    async def _end_watch(self) -> None:
        watch, self._watch = self._watch, None
        if watch is not None:
            watch.cancel()
            await asyncio.gather(watch, return_exceptions=True)


def _error(request_id: str, error: str) -> Reply:
    return Reply(_to_json(socket_pb2.SocketResponse(id=request_id, error=error)))


def _to_json(response: socket_pb2.SocketResponse) -> str:
    """One line; what is 0, empty or false is left out."""
    text: str = MessageToJson(response, indent=None, ensure_ascii=False)
    return text
