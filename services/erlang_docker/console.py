"""The command language of every server: a text in, a reply out.

`node` names this node, `mfa M:F(Args)` calls here, `rpc M:F(Args)` on a picked node of the other kind; anything else
is echoed.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeAlias

from erlang_docker.call import CALL_SECONDS, Call
from erlang_docker.crash import crash
from erlang_docker.errors import Busy, CallError, CallTimeout
from erlang_docker.functions.badrpc import badrpc, stacktrace
from erlang_docker.functions.in_flight import InFlightLimit
from erlang_docker.functions.runner import Runner
from erlang_docker.metrics import Metrics
from erlang_docker.names import NodeName
from erlang_docker.peers.caller import Caller
from erlang_docker.turns import LONG_CHARACTERS, Turns, is_short
from otp.errors import Failure, ParseError
from otp.terms.print.pretty import pretty
from otp.terms.read.mfa import MFA
from otp.terms.types import ERROR, SYSTEM_LIMIT, Atom, Term

MAX_COMMAND_BYTES = 64 << 10
MAX_REPLY_CHARACTERS = 256 << 10

Outcome: TypeAlias = Term | Failure | CallError | ParseError
Verb: TypeAlias = Callable[[Call], Awaitable[Term]]
Show: TypeAlias = Callable[[MFA, Failure | CallError], Term]


@dataclass(frozen=True, slots=True)
class Reply:
    """What Erlang would print, and how the call ended; None for what is not a call."""

    text: str
    outcome: Outcome | None = None


_REASONS: dict[type, str] = {ParseError: "syntax", Failure: "function"}
"""Of failures that are the user's own; those of the calls themselves are their reasons, such as nodedown."""
_LIMIT = (Atom("limit"), Atom("text_bytes"), MAX_COMMAND_BYTES)
_TOO_LONG = Reply(pretty((ERROR, _LIMIT)), ParseError(_LIMIT))


class Console:
    """Runs commands; never raises for anything a user can type.

    A command's time covers all of it: its turn to be read, its call, and its turn to be printed. Who gives up a command
    cancels `run`, and with it what the command waits for.
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
    ) -> None:
        self._name = str(name)
        self._runner = runner
        self._caller = caller
        self._limit = limit
        self._metrics = metrics
        self._log = log
        self._turns = turns
        self._commands = InFlightLimit(metrics, log, limit.most)
        """Beside the calls: commands that wait for a turn are no calls yet, or no more."""
        self._verbs: dict[str, tuple[Verb, Show]] = {"mfa": (self._runner.run, _error), "rpc": (self._rpc, _badrpc)}

    async def run(self, command: str) -> Reply:
        """The reply to one command."""
        if command == "node":
            return Reply(self._name)
        word, space, text = command.partition(" ")
        if len(command) * 4 > MAX_COMMAND_BYTES and len(command.encode(errors="replace")) > MAX_COMMAND_BYTES:
            return _TOO_LONG
        if not space or word not in self._verbs:
            return Reply(command)
        start = time.perf_counter()
        try:
            with self._commands:
                return await self._call(word, text, asyncio.get_running_loop().time() + CALL_SECONDS)
        except Busy as error:
            return self._failed(word, (ERROR, Atom(error.reason)), error)
        finally:
            self._metrics.commands.labels(word).observe(time.perf_counter() - start)

    async def _call(self, word: str, text: str, deadline: float) -> Reply:
        verb, show = self._verbs[word]
        try:
            long = len(text) > LONG_CHARACTERS
            mfa = await self._turns.take(MFA.parse, text, deadline) if long else MFA.parse(text)
        except ParseError as error:
            return self._failed(word, (ERROR, error.reason), error)
        except CallTimeout as error:
            return self._failed(word, (ERROR, Atom(error.reason)), error)
        try:
            value = await verb(Call(mfa, deadline, "console"))
            return await self._reply(word, mfa, value, deadline)
        except (Failure, CallError) as error:
            return self._failed(word, show(mfa, error), error)

    async def _reply(self, word: str, mfa: MFA, value: Term, deadline: float) -> Reply:
        """Raises CallTimeout when its turn does not come in time."""
        try:
            printed = _print(value) if is_short(value) else await self._turns.take(_print, value, deadline)
            return Reply(_cut(printed), value)
        except CallTimeout:
            raise
        except Failure as error:  # the value is too deep or too long to print
            return self._failed(word, (ERROR, error.reason), error)
        except Exception as error:
            failure = crash(self._log, mfa, error)
            return self._failed(word, (ERROR, failure.reason), failure)

    def _failed(self, word: str, reply: Term, outcome: Outcome) -> Reply:
        reason = outcome.reason if isinstance(outcome, CallError) else _REASONS.get(type(outcome), "")
        self._metrics.failures.labels(word, reason).inc()
        return Reply(pretty(reply), outcome)

    async def _rpc(self, call: Call) -> Term:
        with self._limit:
            return await self._caller.call_peer(call, self._runner.table.idempotent(call.mfa))


def _error(mfa: MFA, error: Failure | CallError) -> Term:
    if isinstance(error, Busy):
        return (ERROR, Atom(error.reason))
    if isinstance(error, CallError):
        return (ERROR, Atom(error.reason), stacktrace(mfa))
    return (Atom(error.kind), error.reason, stacktrace(mfa))


def _badrpc(mfa: MFA, error: Failure | CallError) -> Term:
    return (ERROR, Atom(error.reason)) if isinstance(error, Busy) else badrpc(mfa, error)


def _print(value: Term) -> str:
    try:
        return pretty(value)
    except RecursionError:
        raise Failure("error", SYSTEM_LIMIT) from None


def _cut(reply: str) -> str:
    if len(reply) <= MAX_REPLY_CHARACTERS:
        return reply
    return f"{reply[:MAX_REPLY_CHARACTERS]}... cut after {MAX_REPLY_CHARACTERS} of {len(reply)} characters"
