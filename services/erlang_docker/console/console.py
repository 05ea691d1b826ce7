"""A text in, a reply out: `node` names this node, `mfa M:F(Args)` calls here, `rpc M:F(Args)` on a picked node of the
other kind; anything else is echoed.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from functools import partial
from typing import Any, NamedTuple, TypeAlias

from erlang_docker.call import CALL_SECONDS, Call
from erlang_docker.console.reply import TOO_LONG, Reply, badrpc_term, error_term, is_too_long, print_value
from erlang_docker.crash import crash
from erlang_docker.errors import Busy, CallError, CallTimeout
from erlang_docker.functions.in_flight import InFlightLimit
from erlang_docker.functions.rights import ALL, Rights
from erlang_docker.functions.runner import Runner
from erlang_docker.metrics.node import Metrics
from erlang_docker.metrics.outcomes import CANCELLED, VALUE, outcome_of
from erlang_docker.names import NodeName
from erlang_docker.peers.caller import Caller
from erlang_docker.trace import Trace, clock
from erlang_docker.turns import LONG_CHARACTERS, Turns, is_short
from otp.errors import Failure, ParseError
from otp.terms.print.pretty import pretty
from otp.terms.read.mfa import MFA
from otp.terms.types import ERROR, Atom, Term

Show: TypeAlias = Callable[[MFA, Failure | CallError], Term]
Begun: TypeAlias = Reply | Callable[[], Awaitable[Reply]]
"""The reply, or the rest of the work when something has to be waited for; nothing is left over when it is not done."""


class _Verb(NamedTuple):
    word: str
    at_once: Callable[[Call], Term | None]
    """The value; None when it has to be waited for, and then nothing has begun."""
    run: Callable[[Call], Awaitable[Term]]
    step: str
    """Of a trace: what is done last before the outcome is here."""
    show: Show


class Console:
    """Runs commands; never raises for anything a user can type.

    A command's time covers all of it: its turn to be read, its call, and its turn to be printed. Who gives up a command
    cancels `run`, or the task that `start` gave, and with it what the command waits for.
    """

    def __init__(
        self,
        name: NodeName,
        runner: Runner,
        caller: Caller,
        limit: InFlightLimit,
        turns: Turns,
        metrics: Metrics,
        log: logging.Logger,
        rights: Rights = ALL,
    ) -> None:
        self._node = Reply(str(name), Atom(str(name)))
        self._runner = runner
        self._caller = caller
        self._limit = limit
        self._observe = metrics.commands.observe
        self._log = log
        self._loop = asyncio.get_running_loop()
        self._turns = turns
        self._commands = InFlightLimit(metrics, log, limit.most)
        """Beside the calls: commands that wait for a turn are no calls yet, or no more."""
        self._verbs = {
            "mfa": _Verb("mfa", rights.mfa(runner.at_once), runner.run, "run", error_term),
            "rpc": _Verb("rpc", rights.rpc(lambda call: None), self._rpc, "link", badrpc_term),
        }

    async def run(self, command: str, door: str, trace: Trace | None = None) -> Reply:
        """The reply to one command; what it did is told to the trace, up to the print, which the reply ends."""
        begun = self._begin(command, door, trace)
        return begun if isinstance(begun, Reply) else await begun

    def start(self, command: str, door: str, trace: Trace | None = None) -> Reply | asyncio.Task[Reply]:
        """The same: the reply, or a task of it when something has to be waited for."""
        begun = self._begin(command, door, trace)
        return begun if isinstance(begun, Reply) else self._loop.create_task(begun)

    def _begin(self, command: str, door: str, trace: Trace | None) -> Reply | Coroutine[Any, Any, Reply]:
        start = clock()
        if trace is not None:
            trace.lap("queue")
        if command == "node":
            self._count(door, "node", VALUE, start, trace)
            return self._node
        word, space, text = command.partition(" ")
        verb = self._verbs.get(word) if space else None
        if verb is None or is_too_long(command):
            reply = TOO_LONG if is_too_long(command) else Reply(command)
            return self._ended(door, "echo" if verb is None else verb.word, start, trace, reply)
        begun = self._read(verb, text, trace)
        if not isinstance(begun, Reply):
            return self._finish(door, verb, start, trace, begun)
        return self._ended(door, verb.word, start, trace, begun)

    async def _finish(
        self, door: str, verb: _Verb, start: float, trace: Trace | None, rest: Callable[[], Awaitable[Reply]]
    ) -> Reply:
        try:
            with self._commands:
                reply = await rest()
        except Busy as error:  # others have begun before this one's task
            reply = self._unread(error)
        except asyncio.CancelledError:  # its client has gone
            self._count(door, verb.word, CANCELLED, start, trace)
            raise
        return self._ended(door, verb.word, start, trace, reply)

    def _ended(self, door: str, word: str, start: float, trace: Trace | None, reply: Reply) -> Reply:
        self._count(door, word, outcome_of(reply.outcome), start, trace)
        return reply

    def _count(self, door: str, word: str, outcome: str, start: float, trace: Trace | None) -> None:
        trace_id = "" if trace is None else trace.trace_id
        self._observe((door, word, outcome), clock() - start, trace_id)

    def _read(self, verb: _Verb, text: str, trace: Trace | None) -> Begun:
        deadline = self._loop.time() + CALL_SECONDS
        try:
            self._commands.check()
            if len(text) > LONG_CHARACTERS:
                return partial(self._read_in_turn, verb, text, deadline, trace)
            mfa = MFA.parse(text)
        except (ParseError, Busy) as error:
            return self._unread(error, trace)
        return self._call(verb, _call(mfa, deadline, trace))

    async def _read_in_turn(self, verb: _Verb, text: str, deadline: float, trace: Trace | None) -> Reply:
        try:
            mfa = await self._turns.take(MFA.parse, text, deadline)
        except (ParseError, CallTimeout) as error:
            return self._unread(error, trace)
        begun = self._call(verb, _call(mfa, deadline, trace))
        return begun if isinstance(begun, Reply) else await begun()

    def _call(self, verb: _Verb, call: Call) -> Begun:
        if call.trace is not None:
            call.trace.lap("parse")
        try:
            value = verb.at_once(call)
        except (Failure, CallError) as error:
            return self._raised(verb, call, error)
        return partial(self._wait, verb, call) if value is None else self._reply(verb, call, value)

    async def _wait(self, verb: _Verb, call: Call) -> Reply:
        try:
            value = await verb.run(call)
        except (Failure, CallError) as error:
            return self._raised(verb, call, error)
        begun = self._reply(verb, call, value)
        return begun if isinstance(begun, Reply) else await begun()

    def _reply(self, verb: _Verb, call: Call, value: Term) -> Begun:
        if call.trace is not None:
            call.trace.lap(verb.step)
        try:
            if is_short(value):
                return Reply(print_value(value), value)
        except Exception as error:
            return self._unprinted(call, error)
        return partial(self._print_in_turn, verb, call, value)

    async def _print_in_turn(self, verb: _Verb, call: Call, value: Term) -> Reply:
        try:
            return Reply(await self._turns.take(print_value, value, call.deadline), value)
        except CallTimeout as error:
            return Reply(pretty(verb.show(call.mfa, error)), error)
        except Exception as error:
            return self._unprinted(call, error)

    def _raised(self, verb: _Verb, call: Call, error: Failure | CallError) -> Reply:
        if call.trace is not None:
            call.trace.lap(verb.step)
        return Reply(pretty(verb.show(call.mfa, error)), error)

    def _unread(self, error: ParseError | CallError, trace: Trace | None = None) -> Reply:
        if trace is not None:
            trace.lap("parse")
        reason = error.reason if isinstance(error, ParseError) else Atom(error.reason)
        return Reply(pretty((ERROR, reason)), error)

    def _unprinted(self, call: Call, error: Exception) -> Reply:
        """A value that is too deep or too long to print, or one that should never have come this far."""
        failure = error if isinstance(error, Failure) else crash(self._log, call.mfa, error, **call.log_fields)
        return Reply(pretty((ERROR, failure.reason)), failure)

    async def _rpc(self, call: Call) -> Term:
        with self._limit:
            return await self._caller.call_peer(call, self._runner.table.idempotent(call.mfa))


def _call(mfa: MFA, deadline: float, trace: Trace | None) -> Call:
    if trace is None:
        return Call(mfa, deadline, "console")
    trace.mfa = mfa
    return Call(mfa, deadline, "console", trace=trace)
