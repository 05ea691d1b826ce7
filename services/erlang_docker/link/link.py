"""The calling end of a link: one long-lived stream from this node to one boot of another, as Erlang keeps one
connection per node pair.

Calls that come while a write is under way leave together in the next message; answers come in any order.
"""

import asyncio
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from grpc import aio

from erlang_docker.addresses import Address
from erlang_docker.call import Call
from erlang_docker.errors import CallTimeout, NodeDown, NotSent
from erlang_docker.link.channel import Endpoint
from erlang_docker.link.framing import DEAF_SECONDS, MAX_BATCH_BYTES, TICK_SECONDS
from erlang_docker.link.messages import decode_response, encode_call
from erlang_docker.names import NodeName
from erlang_docker.trace import Boot
from erlang_docker.v1 import node_pb2, rpc_pb2
from otp.terms.read.mfa import MFA
from otp.terms.types import Term

Answer: TypeAlias = asyncio.Future[rpc_pb2.CallResponse | None]
"""None when its deadline has passed."""


@dataclass(slots=True, eq=False)
class Link:
    """A stream that is open until `closed`, and takes new calls until `draining`.

    Why no call is ever run twice or lost without a word: a call is in `_unsent` until the message that carries it is
    handed to gRPC, and in `_waiting` until it is answered or given up. All of it happens in one event loop, with no
    await between taking a call out of `_unsent` and the write, so when the stream ends each call that still waits is
    exactly one of the two: never written (NotSent), or perhaps run (NodeDown).
    """

    node: NodeName
    boot_id: str
    endpoint: Endpoint
    route: node_pb2.Route
    """What led there: the node's name, or the address it gave when it was picked."""
    boot_epoch: int
    """Of the other end."""
    _idempotent: frozenset[str]
    _channel: aio.Channel
    _stream: Any
    connect_time: float = field(default_factory=time.time)
    """Seconds since 1970."""
    calls: int = 0
    draining: bool = False
    closed: bool = False
    _waiting: dict[int, Answer] = field(default_factory=dict)
    _unsent: deque[rpc_pb2.LinkCall] = field(default_factory=deque)
    _cancelled: list[int] = field(default_factory=list)
    _wake: asyncio.Event = field(default_factory=asyncio.Event)
    _heard: float = 0.0
    """When the other end last gave a sign of life while calls waited, in the event loop's time."""
    _tick: bool = False
    _loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.get_running_loop)

    @property
    def address(self) -> Address:
        """That was dialed."""
        return self.endpoint.address

    async def call(self, call: Call) -> Term:
        """Run a function there, by the call's deadline.

        Raises Failure as the function did, or `system_limit` for arguments that cannot be sent; NotSent or Busy when
        nothing ran; NodeDown or CallTimeout when nobody knows whether it ran.
        """
        if self.closed or self.draining:
            raise NotSent(f"the link to {self.node} is closing")
        message = rpc_pb2.LinkCall(id=self.calls + 1, timeout_ms=max(1, int(call.remaining * 1000)))
        encode_call(call, message.request)
        # From here to the wait below nothing is awaited, so the writer cannot send a call that nobody waits for.
        self.calls += 1
        self._unsent.append(message)
        self._wake.set()
        response = await self._answer(message.id, call.deadline)
        if call.trace is not None:
            run_us = response.run_us if response.HasField("run_us") else None  # a node of an earlier release has none
            call.trace.ran(Boot(str(self.node), self.boot_id, self.boot_epoch), run_us)
        return decode_response(response)

    def idempotent(self, mfa: MFA) -> bool:
        """Whether the node has said that this function of its release may run twice."""
        return f"{mfa.module}:{mfa.function}/{len(mfa.args)}" in self._idempotent

    async def _answer(self, call_id: int, deadline: float) -> rpc_pb2.CallResponse:
        answer: Answer = self._loop.create_future()
        if not self._waiting:  # nobody listened before
            self._heard = self._loop.time()
        self._waiting[call_id] = answer
        timer = self._loop.call_at(deadline, _give_up, answer)
        given_up = True
        try:
            response = await answer
            given_up = response is None
        finally:
            timer.cancel()
            del self._waiting[call_id]
            # Given up, by its deadline or its caller: the other end may stop it. An id it does not know is ignored,
            # as the answer may be on its way already.
            if given_up:
                self._cancelled.append(call_id)
            if given_up or self.draining:
                self._wake.set()
        if response is None:
            raise CallTimeout
        return response

    def drain(self) -> None:
        """Take no new calls, and close when the last answer is in."""
        self.draining = True
        self._wake.set()

    async def serve(self) -> tuple[str, str]:
        """Carry calls and answers until the stream ends; what still waits gets NotSent or NodeDown.

        Says why it ended, in a word of `labels.LINK_END` and in a text.

        All parts end together: a stream that only reads would look open and answer nobody.
        """
        parts = [asyncio.ensure_future(part) for part in (self._read(), self._write(), self._watch())]
        try:
            done, _ = await asyncio.wait(parts, return_when=asyncio.FIRST_EXCEPTION)
            error = next(error for part in done if (error := part.exception()) is not None)
            return "drained" if self.draining else _end(error), _reason(error)
        finally:
            self._close()
            for part in parts:
                part.cancel()
            self._stream.cancel()
            await asyncio.gather(*parts, return_exceptions=True)
            await self._channel.close()

    async def _watch(self) -> None:
        """Notice an end that is deaf: its connection stands, and nothing comes.

        Ticks are counted, not seconds: while this process itself is held up, answers wait to be read.
        """
        loop = asyncio.get_running_loop()
        silent_ticks = 0
        while True:
            await asyncio.sleep(TICK_SECONDS)
            silence = loop.time() - self._heard
            if not self._waiting or silence < TICK_SECONDS:
                silent_ticks = 0
                continue
            silent_ticks += 1
            if silent_ticks * TICK_SECONDS >= DEAF_SECONDS:
                raise TimeoutError(f"silent for {silence:.1f} s")
            self._tick = True
            self._wake.set()

    async def _write(self) -> None:
        while self._waiting or not self.draining:
            await self._wake.wait()
            self._wake.clear()
            while self._unsent or self._cancelled or self._tick:
                await self._stream.write(self._next_request())
        await self._stream.done_writing()

    def _next_request(self) -> rpc_pb2.LinkRequest:
        """All that waits, as far as it fits a message, without what nobody waits for any more."""
        request = rpc_pb2.LinkRequest(cancelled_ids=self._cancelled, tick=self._tick)
        self._cancelled = []
        self._tick = False
        size = 0
        while self._unsent and size < MAX_BATCH_BYTES:
            call = self._unsent.popleft()
            # What was given up before it was written is not written at all.
            if call.id in self._waiting:
                size += call.ByteSize()
                request.calls.append(call)
        return request

    async def _read(self) -> None:
        loop = asyncio.get_running_loop()
        while (response := await self._stream.read()) is not aio.EOF:
            self._heard = loop.time()
            for answer in response.answers:
                waiting = self._waiting.get(answer.id)
                if waiting is not None and not waiting.done():
                    waiting.set_result(answer.response)
            if response.draining:
                self.drain()
        raise EOFError("closed by the other end")

    def _close(self) -> None:
        self.closed = True
        unsent = {call.id for call in self._unsent}
        for call_id, waiting in self._waiting.items():
            if not waiting.done():
                reason = f"the link to {self.node} ended"
                waiting.set_exception(NotSent(reason) if call_id in unsent else NodeDown(reason))


def _give_up(answer: Answer) -> None:
    if not answer.done():
        answer.set_result(None)


def _end(error: BaseException) -> str:
    if isinstance(error, TimeoutError):
        return "silent"
    return "ended" if isinstance(error, EOFError) else "lost"


def _reason(error: BaseException) -> str:
    return str(error.details()) if isinstance(error, aio.AioRpcError) else str(error)
