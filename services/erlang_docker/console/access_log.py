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
from erlang_docker.metrics.outcomes import CANCELLED, outcome_of
from erlang_docker.names import NodeName
from erlang_docker.trace import Trace, clock

_ATOM = r"(?:[a-z][\w@]{0,254}|'[^'\\]{1,255}')"
_CALL = re.compile(rf"(mfa|rpc) +({_ATOM}:{_ATOM})\(", re.ASCII)

R = TypeVar("R")


def logged(consoles: Mapping[R, Commands], share: float, name: NodeName, log: logging.Logger) -> Mapping[R, Commands]:
    """What the doors are given for these consoles: they themselves, if no command of theirs is logged."""
    if not share:
        return consoles
    return {role: _Logged(console, share, name, log) for role, console in consoles.items()}


class _Logged:
    """Whether a command is among the share is decided before it begins, and so whatever becomes of it."""

    def __init__(self, console: Commands, share: float, name: NodeName, log: logging.Logger) -> None:
        self._console = console
        self._share = share
        self._name = str(name)
        self._log = log

    def run(self, command: str, door: str, trace: Trace | None = None) -> Awaitable[Reply]:
        if random() >= self._share:
            return self._console.run(command, door, trace)
        return self._run(command, door, trace or Trace())

    def start(self, command: str, door: str, trace: Trace | None = None) -> Reply | asyncio.Task[Reply]:
        if random() >= self._share:
            return self._console.start(command, door, trace)
        return asyncio.get_running_loop().create_task(self._run(command, door, trace or Trace()))

    async def _run(self, command: str, door: str, trace: Trace) -> Reply:
        began = clock()
        outcome = CANCELLED
        try:
            reply = await self._console.run(command, door, trace)
            outcome = outcome_of(reply.outcome)
        finally:
            self._tell(command, door, outcome, trace, clock() - began)
        return reply

    def _tell(self, command: str, door: str, outcome: str, trace: Trace, seconds: float) -> None:
        call = _CALL.match(command)
        fields = {
            "door": door,
            "verb": call[1] if call else "node" if command == "node" else "echo",
            "function": call[2] if call else "",
            "outcome": outcome,
            "microseconds": round(seconds * 1e6),
            "answered": trace.answered.node if trace.answered else self._name,
            "trace_id": trace.trace_id,
        }
        self._log.info("command", extra={"fields": fields})
