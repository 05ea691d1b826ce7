"""The access log: of a share of the commands, a line each that says what became of it.

Of what was typed it has the name of the function, and never an argument: who reads the log need not know those.
"""

import asyncio
import logging
import re
from collections.abc import Awaitable, Mapping
from random import random
from typing import TypeVar

from erlang_docker.console.commands import Commands
from erlang_docker.console.reply import Reply
from erlang_docker.errors import CallError, Forbidden
from erlang_docker.names import NodeName
from erlang_docker.trace import Trace, clock
from otp.errors import Failure, ParseError

_ATOM = r"(?:[a-z][\w@]{0,254}|'[^'\\]{1,255}')"
_CALL = re.compile(rf"(mfa|rpc) +({_ATOM}:{_ATOM})\(", re.ASCII)
_REASONS = ("undef", "badarg", "badarith", "function_clause", "system_limit", "crash")

R = TypeVar("R")


def logged(
    consoles: Mapping[R, Commands], door: str, share: float, name: NodeName, log: logging.Logger
) -> Mapping[R, Commands]:
    """What a door is given for its consoles: these themselves, if no command of theirs is logged."""
    if not share:
        return consoles
    return {role: _Logged(console, door, share, name, log) for role, console in consoles.items()}


class _Logged:
    """Whether a command is among the share is decided before it begins, and so whatever becomes of it."""

    def __init__(self, console: Commands, door: str, share: float, name: NodeName, log: logging.Logger) -> None:
        self._console = console
        self._door = door
        self._share = share
        self._name = str(name)
        self._log = log

    def run(self, command: str, trace: Trace | None = None) -> Awaitable[Reply]:
        if random() >= self._share:
            return self._console.run(command, trace)
        return self._run(command, trace or Trace())

    def start(self, command: str) -> Reply | asyncio.Task[Reply]:
        if random() >= self._share:
            return self._console.start(command)
        return asyncio.get_running_loop().create_task(self._run(command, Trace()))

    async def _run(self, command: str, trace: Trace) -> Reply:
        began = clock()
        outcome = "cancelled"
        try:
            reply = await self._console.run(command, trace)
            outcome = _outcome(reply)
        finally:
            self._tell(command, outcome, trace, clock() - began)
        return reply

    def _tell(self, command: str, outcome: str, trace: Trace, seconds: float) -> None:
        call = _CALL.match(command)
        fields = {
            "door": self._door,
            "verb": call[1] if call else "node" if command == "node" else "echo",
            "function": call[2] if call else "",
            "outcome": outcome,
            "microseconds": round(seconds * 1e6),
            "answered": trace.answered.node if trace.answered else self._name,
            "trace_id": trace.trace_id,
        }
        self._log.info("command", extra={"fields": fields})


def _outcome(reply: Reply) -> str:
    """One of a few words, whatever a function fails with."""
    outcome = reply.outcome
    if isinstance(outcome, Forbidden):
        return "refused"
    if isinstance(outcome, CallError):
        return outcome.reason
    if isinstance(outcome, ParseError):
        return "syntax"
    return _failure(outcome) if isinstance(outcome, Failure) else "value"


def _failure(failure: Failure) -> str:
    """The reason where it is one of a few, else the class: anybody may raise any other."""
    reason = failure.reason
    if isinstance(reason, tuple) and reason:  # {crash,Id}, or {badmap,X}
        reason = reason[0]
    return str(reason) if failure.kind == "error" and reason in _REASONS else failure.kind
