"""The link: one long-lived stream from this node to one boot of another, as Erlang keeps one connection per node pair.

Calls that come while a write is under way leave together in the next message; answers come in any order.
"""

import asyncio
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any, Self

from grpc import aio

from erlang_docker.credentials import TLS
from erlang_docker.errors import CallTimeout, NodeDown, NotSent
from erlang_docker.link.channel import connect
from erlang_docker.link.cookie import ANSWER_KEY, AuthenticationError, Claim, Cookie
from erlang_docker.link.messages import decode_response, encode_call
from erlang_docker.names import NodeName
from erlang_docker.settings import Address
from erlang_docker.v1 import node_pb2, node_pb2_grpc, rpc_pb2, rpc_pb2_grpc
from otp.terms.read.mfa import MFA
from otp.terms.types import Term

MAX_BATCH_BYTES = 1 << 20
HANDSHAKE_SECONDS = 0.5


@dataclass(slots=True, eq=False)
class Link:
    """A stream that is open until `lost`, and takes new calls until `draining`."""

    node: NodeName
    boot_id: str
    address: Address
    _channel: aio.Channel
    _stream: Any
    connect_time: float = field(default_factory=time.time)
    """Seconds since 1970."""
    calls: int = 0
    draining: bool = False
    lost: bool = False
    _waiting: dict[int, asyncio.Future[rpc_pb2.CallResponse]] = field(default_factory=dict)
    _unsent: deque[rpc_pb2.LinkCall] = field(default_factory=deque)
    _cancelled: list[int] = field(default_factory=list)
    _wake: asyncio.Event = field(default_factory=asyncio.Event)

    @classmethod
    async def open(
        cls, caller: NodeName, node: NodeName, boot_id: str, address: Address, cookie: Cookie, tls: TLS | None
    ) -> Self:
        """Dial, prove the cookie and have the node prove it; NotSent when any of it fails.

        Without a boot id, the node is asked for it first.
        """
        channel = await connect(address, node.host, tls)
        try:
            async with asyncio.timeout(HANDSHAKE_SECONDS):
                boot_id = boot_id or await _boot_id(channel)
                stream = await _handshake(channel, Claim.make(str(caller), str(node), boot_id), cookie)
        except (aio.AioRpcError, TimeoutError, AuthenticationError) as error:
            await channel.close()
            reason = error.details() if isinstance(error, aio.AioRpcError) else error
            raise NotSent(f"{node} at {address}: {reason}") from error
        return cls(node, boot_id, address, channel, stream)

    async def call(self, mfa: MFA, timeout: float) -> Term:
        """Run a function there, within `timeout` seconds.

        Raises Failure as the function did; NotSent or Busy when nothing ran; NodeDown or CallTimeout when nobody
        knows whether it ran.
        """
        if self.lost or self.draining:
            raise NotSent(f"the link to {self.node} is closing")
        self.calls += 1
        call_id = self.calls
        call = rpc_pb2.LinkCall(id=call_id, timeout_ms=max(1, int(timeout * 1000)))
        encode_call(mfa, call.request)
        answer = self._waiting[call_id] = asyncio.get_running_loop().create_future()
        self._unsent.append(call)
        self._wake.set()
        try:
            async with asyncio.timeout(timeout):
                response = await answer
        except TimeoutError as error:
            raise CallTimeout from error
        finally:
            del self._waiting[call_id]
            if answer.cancelled():
                self._cancelled.append(call_id)
            if answer.cancelled() or self.draining:
                self._wake.set()
        return decode_response(response)

    def retire(self) -> None:
        """Take no new calls, and close when the last answer is in."""
        self.draining = True
        self._wake.set()

    async def serve(self) -> None:
        """Carry calls and answers until the stream ends; then what still waits gets NodeDown."""
        writer = asyncio.create_task(self._write())
        try:
            await self._read()
        except aio.AioRpcError:
            pass
        finally:
            self._lose()
            writer.cancel()
            self._stream.cancel()
            await self._channel.close()

    async def _write(self) -> None:
        try:
            while self._waiting or not self.draining:
                await self._wake.wait()
                self._wake.clear()
                while self._unsent or self._cancelled:
                    await self._stream.write(self._next_request())
            await self._stream.done_writing()
        except (aio.AioRpcError, asyncio.InvalidStateError):
            return  # the reader sees the end of the stream as well

    def _next_request(self) -> rpc_pb2.LinkRequest:
        """All that waits, as far as it fits a message, without what nobody waits for any more."""
        request = rpc_pb2.LinkRequest(cancelled_ids=self._cancelled)
        self._cancelled = []
        size = 0
        while self._unsent and size < MAX_BATCH_BYTES:
            call = self._unsent.popleft()
            if call.id in self._waiting:
                size += call.ByteSize()
                request.calls.append(call)
        return request

    async def _read(self) -> None:
        async for response in self._stream:
            for answer in response.answers:
                waiting = self._waiting.get(answer.id)
                if waiting is not None and not waiting.done():
                    waiting.set_result(answer.response)
            if response.draining:
                self.retire()

    def _lose(self) -> None:
        """The stream is gone: what was never written may be tried again, the rest may have run."""
        self.lost = True
        unsent = {call.id for call in self._unsent}
        for call_id, waiting in self._waiting.items():
            if not waiting.done():
                waiting.set_exception(NotSent() if call_id in unsent else NodeDown())


async def _boot_id(channel: aio.Channel) -> str:
    response = await node_pb2_grpc.NodeServiceStub(channel).GetNode(node_pb2.GetNodeRequest())
    return str(response.boot_id)


async def _handshake(channel: aio.Channel, claim: Claim, cookie: Cookie) -> Any:
    """The open stream; AioRpcError when the node refuses, AuthenticationError when it does not know the cookie."""
    stream = rpc_pb2_grpc.RpcServiceStub(channel).Link(metadata=cookie.prove(claim))
    try:
        metadata = await stream.initial_metadata()
        if ANSWER_KEY not in metadata:
            await stream.read()
        cookie.check_answer(claim, {key: str(value) for key, value in metadata})
    except BaseException:
        stream.cancel()
        raise
    return stream
