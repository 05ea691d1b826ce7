"""The called end of a link: runs what is asked, and answers in whatever order it ends.

Answers that are ready while a write is under way leave together in the next message.
"""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from functools import partial
from typing import TypeAlias

from erlang_docker.call import CALL_SECONDS, Call
from erlang_docker.crash import crash
from erlang_docker.errors import Busy, CallTimeout, NotSent
from erlang_docker.link.framing import MAX_BATCH_BYTES
from erlang_docker.link.messages import Outcome, decode_call, encode_outcome
from erlang_docker.metrics import outcomes
from erlang_docker.trace import clock
from erlang_docker.v1 import rpc_pb2
from otp.errors import Failure
from otp.terms.read.mfa import MFA
from otp.terms.types import Term

Start: TypeAlias = Callable[[Call], Term | asyncio.Task[Term]]
"""Runs a call: its value at once, or a task of it when the function is async. Raises Failure, Busy."""

TURN_SECONDS = 0.01


class ServedLink:
    """One stream, from its handshake to its end.

    Its two halves end together. The reader ends when the caller has sent its last call; then what runs is answered,
    the writer writes all of it, and the stream ends. When either half fails, nobody is left to be answered.
    """

    def __init__(
        self,
        caller: str,
        start: Start,
        write: Callable[[rpc_pb2.LinkResponse], Awaitable[None]],
        count: Callable[[str], None],
        log: logging.Logger,
    ) -> None:
        """`count` is told how each call ended, once."""
        self._caller = caller
        self._start = start
        self._send = write
        self._count = count
        self._log = log
        self._running: dict[int, asyncio.Task[Term]] = {}
        self._batches: deque[rpc_pb2.LinkResponse] = deque()
        self._batch_bytes = 0
        self._draining = False
        self._ended = False
        self._wake = asyncio.Event()

    async def serve(self, requests: AsyncIterator[rpc_pb2.LinkRequest]) -> None:
        """Until the stream ends."""
        try:
            async with asyncio.TaskGroup() as halves:
                halves.create_task(self._write())
                async for request in requests:
                    if request.tick:
                        self._tick()
                    self._cancel(request.cancelled_ids)
                    await self._run_all(request.calls)
                # The caller has sent its last call and may still read: it gets what runs, and then the end.
                await asyncio.gather(*self._running.values(), return_exceptions=True)
                self._ended = True
                self._wake.set()
        finally:
            tasks = list(self._running.values())
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def announce(self, boot_epoch: int, idempotent: Iterable[str]) -> None:
        """Tell the caller, first of all, which boot this is, and which functions of this release may run twice."""
        batch = self._open_batch()
        batch.boot_epoch = boot_epoch
        batch.idempotent.extend(idempotent)
        self._wake.set()

    def drain(self) -> None:
        """Refuse new calls, and tell the caller so; answers still go out."""
        self._draining = True
        self._open_batch().draining = True
        self._wake.set()

    def _tick(self) -> None:
        self._open_batch().tick = True
        self._wake.set()

    async def _run_all(self, calls: Iterable[rpc_pb2.LinkCall]) -> None:
        """Calls that came together and take long leave the event loop its other business in between."""
        clock = asyncio.get_running_loop().time
        begun = clock()
        for call in calls:
            self._run(call)
            if clock() - begun > TURN_SECONDS:
                await asyncio.sleep(0)
                begun = clock()

    def _run(self, message: rpc_pb2.LinkCall) -> None:
        request = message.request
        mfa = MFA(request.module, request.function, ())
        begun = clock() if request.traceparent else None
        try:
            if self._draining:
                raise NotSent
            timeout = min(CALL_SECONDS, message.timeout_ms / 1000)
            outcome = self._start(decode_call(request, self._caller, timeout))
        except (Failure, Busy, NotSent) as error:
            self._answer(message.id, mfa, error, begun)
            return
        # Nothing is awaited since the call was taken from its message, so a cancel in the next one finds it here.
        if isinstance(outcome, asyncio.Task):
            self._cancel((message.id,))  # a caller who gives an id twice waits for one answer only
            self._running[message.id] = outcome
            outcome.add_done_callback(partial(self._finish, message.id, mfa, begun))
        else:
            self._answer(message.id, mfa, outcome, begun)

    def _finish(self, call_id: int, mfa: MFA, begun: float | None, task: asyncio.Task[Term]) -> None:
        """Past its deadline a call is not answered: its caller has given it up at the same moment."""
        if self._running.get(call_id) is not task:  # given up
            self._count(outcomes.CANCELLED)
            return
        del self._running[call_id]
        if task.cancelled():
            self._count(outcomes.CANCELLED)
            return
        error = task.exception()
        if error is None:
            self._answer(call_id, mfa, task.result(), begun)
        elif isinstance(error, Failure | Busy):
            self._answer(call_id, mfa, error, begun)
        elif isinstance(error, CallTimeout):
            self._count(outcomes.TIMEOUT)
        else:
            self._answer(call_id, mfa, crash(self._log, mfa, error), begun)

    def _cancel(self, call_ids: Iterable[int]) -> None:
        for call_id in call_ids:
            task = self._running.pop(call_id, None)
            if task is not None:
                task.cancel()

    def _answer(self, call_id: int, mfa: MFA, outcome: Outcome, begun: float | None) -> None:
        """`begun`: when the call did, if its caller asks how long it ran."""
        run_us = None if begun is None else int((clock() - begun) * 1e6)
        self._count(served_outcome(outcome))
        # Written into the message that leaves next, not copied into it: every call passes here.
        answer = self._open_batch().answers.add(id=call_id)
        encode_outcome(outcome, answer.response, partial(crash, self._log, mfa))
        if run_us is not None:
            answer.response.run_us = run_us
        self._batch_bytes += answer.ByteSize()
        self._wake.set()

    def _open_batch(self) -> rpc_pb2.LinkResponse:
        """The message that takes the next answer."""
        if not self._batches or self._batch_bytes > MAX_BATCH_BYTES:
            self._batches.append(rpc_pb2.LinkResponse())
            self._batch_bytes = 0
        return self._batches[-1]

    async def _write(self) -> None:
        while self._batches or not self._ended:
            await self._wake.wait()
            self._wake.clear()
            while self._batches:
                await self._send(self._batches.popleft())


def served_outcome(outcome: Outcome) -> str:
    """One of the metrics' outcomes: what its caller may send elsewhere was refused here."""
    return outcomes.REFUSED if isinstance(outcome, NotSent) else outcomes.outcome_of(outcome)
