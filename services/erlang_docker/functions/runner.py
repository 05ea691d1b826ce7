"""Runs calls on this node. Whoever asks, a command, another node or a function here, every run counts."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from functools import partial
from types import TracebackType
from typing import Any, Self

from erlang_docker.call import Call
from erlang_docker.crash import crash
from erlang_docker.errors import Busy, CallError, CallTimeout
from erlang_docker.functions.badrpc import BADRPC
from erlang_docker.functions.context import Context, Runtime
from erlang_docker.functions.in_flight import InFlightLimit
from erlang_docker.functions.table import Export
from erlang_docker.functions.to_term import term_of
from erlang_docker.turns import Turns, is_short
from otp.errors import Failure
from otp.terms.read.mfa import MFA
from otp.terms.types import Atom, Term

_CLASSES = ("error", "exit", "throw")
_LIFESPAN = MFA("release", "lifespan", ())


class Runner:
    """An async context manager; on its way out it ends what functions have cast.

    The limit is safe without locks: a call is counted in the same step of the event loop in which the limit is checked,
    and an async function is counted by its task, which ends also when it is cancelled before its first step.
    """

    def __init__(self, runtime: Runtime, limit: InFlightLimit, turns: Turns) -> None:
        self.table = runtime.table
        self._runtime = runtime
        self._limit = limit
        self._turns = turns
        self._log: logging.Logger = runtime.log
        self._loop = asyncio.get_running_loop()
        self._casts: set[asyncio.Future[Term]] = set()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        casts = list(self._casts)
        for cast in casts:
            cast.cancel()
        await asyncio.gather(*casts, return_exceptions=True)

    def new_context(self) -> Context:
        """For what the release's lifespan runs beside the node: that of a call of this node's own, which begins now."""
        call = Call.begin(_LIFESPAN, str(self._runtime.identity.name))
        return Context(self._runtime, call, self.run, self.cast)

    def start(self, call: Call) -> Term | asyncio.Task[Term]:
        """The value, or a task of it when it may take long; the task raises what this raises, and CallTimeout.

        Raises Failure as the function did, `undef` where there is none; Busy when too many are in flight.
        """
        value = self.at_once(call)
        if value is not None:
            return value
        entry = self.table.find(call.mfa)
        task = self._loop.create_task(self._wait(entry, call) if entry.is_async else self._take_turn(entry, call))
        self._limit.hold(task)
        return task

    def at_once(self, call: Call) -> Term | None:
        """The value; None when it may take long, and then nothing has begun. Raises as `start` does."""
        entry = self.table.find(call.mfa)
        # Checked before a task is made: a coroutine that is made and dropped would be a warning and a leak.
        self._limit.check()
        if entry.is_async or (entry.is_pure and not is_short(call.mfa.args)):
            return None
        return self._apply(entry, call)

    async def run(self, call: Call) -> Term:
        """As `start`, but waits for the value."""
        value = self.start(call)
        return await value if isinstance(value, asyncio.Task) else value

    def cast(self, call: Call, send: Callable[[Call], Awaitable[Term]] | None) -> None:
        """Have a call made whose outcome nobody waits for, here or where `send` takes it.

        Busy when too many are in flight.
        """
        if send is not None:
            self._limit.check()
            task = asyncio.ensure_future(send(call))
            self._limit.hold(task)
        elif (started := self._start_quietly(call)) is not None:
            task = started
        else:
            return
        self._casts.add(task)
        task.add_done_callback(self._forget)

    def _start_quietly(self, call: Call) -> asyncio.Task[Term] | None:
        try:
            started = self.start(call)
        except Failure:
            return None
        return started if isinstance(started, asyncio.Task) else None

    def _forget(self, task: asyncio.Future[Term]) -> None:
        self._casts.discard(task)
        if not task.cancelled():
            task.exception()

    def _apply(self, entry: Export, call: Call) -> Term:
        try:
            value: Term = entry.call(*self._arguments(entry, call))
        except BaseException as error:
            raise self._failure(entry, call, error) from error
        return value

    def _take_turn(self, entry: Export, call: Call) -> Coroutine[Any, Any, Term]:
        return self._turns.take(partial(self._apply, entry), call, call.deadline)

    async def _wait(self, entry: Export, call: Call) -> Term:
        try:
            async with asyncio.timeout_at(call.deadline):
                return await self._await(entry, call)
        except TimeoutError as error:
            raise CallTimeout from error

    async def _await(self, entry: Export, call: Call) -> Term:
        """What a function raises is its failure, but for the cancellation that comes from outside."""
        task = asyncio.current_task()
        try:
            value: Term = await entry.call(*self._arguments(entry, call))
        except asyncio.CancelledError as error:
            # Its deadline or its caller; else the function raised it itself, which is a bug like any other.
            if task is not None and task.cancelling():
                raise
            raise self._failure(entry, call, error) from error
        except BaseException as error:
            raise self._failure(entry, call, error) from error
        return value

    def _arguments(self, entry: Export, call: Call) -> tuple[Any, ...]:
        if not entry.takes_context:
            return call.mfa.args
        return (Context(self._runtime, call, self.run, self.cast), *call.mfa.args)

    def _failure(self, entry: Export, call: Call, error: BaseException) -> Failure | Busy:
        """What a function fails with; of its own bug the client gets an id, the log what happened.

        A call that it made and that failed is its own failure, `{badrpc,Reason}`: the function has run. Only a worker
        process that was not to be had means that nothing ran.
        """
        try:
            if isinstance(error, Failure) and error.kind in _CLASSES:
                return Failure(error.kind, term_of(error.reason))
            if isinstance(error, Busy) and entry.process:
                return error
            if isinstance(error, CallError):
                return Failure("error", (BADRPC, Atom(error.reason)))
        except (TypeError, ValueError) as unprintable:
            error = unprintable
        return crash(self._log, call.mfa, error, **{**call.log_fields, "caller": call.caller})
