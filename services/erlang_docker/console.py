"""The command language of every door: a text in, a text out.

`node` names this node, `mfa M:F(Args)` calls here, `rpc M:F(Args)` on a picked node of the other kind; anything else
is echoed.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from erlang_docker.errors import Busy, CallError
from erlang_docker.functions.badrpc import badrpc, stacktrace
from erlang_docker.functions.in_flight import Admission
from erlang_docker.functions.table import FunctionTable
from erlang_docker.metrics import Metrics
from erlang_docker.names import NodeName
from erlang_docker.peers.caller import Caller
from otp.errors import Failure, ParseError
from otp.stdlib.bounds import printed_size
from otp.terms.print.pretty import pretty
from otp.terms.read.mfa import MFA
from otp.terms.types import ERROR, Atom, Term

COMMAND_SECONDS = 5.0
MAX_COMMAND_BYTES = 64 << 10
MAX_REPLY_CHARACTERS = 256 << 10
LONG_CHARACTERS = 1000
"""A text or a value of more is read or printed in a turn of its own."""

Verb = Callable[[MFA], Awaitable[Term]]
A = TypeVar("A")
B = TypeVar("B")


class Console:
    """Runs commands; never raises for anything a user can type."""

    def __init__(
        self, name: NodeName, table: FunctionTable, caller: Caller, admission: Admission, metrics: Metrics
    ) -> None:
        self._name = str(name)
        self._table = table
        self._caller = caller
        self._admission = admission
        self._metrics = metrics
        self._turn = asyncio.Lock()
        self._verbs: dict[str, Verb] = {"mfa": self._mfa, "rpc": self._rpc}

    async def run(self, command: str) -> str:
        """The reply to one command, as Erlang would print it."""
        if command == "node":
            return self._name
        word, space, text = command.partition(" ")
        verb = self._verbs.get(word) if space else None
        if len(command) * 4 > MAX_COMMAND_BYTES and len(command.encode()) > MAX_COMMAND_BYTES:
            return pretty((ERROR, (Atom("limit"), Atom("text_bytes"), MAX_COMMAND_BYTES)))
        if verb is None:
            return command
        return await self._call(word, verb, text)

    async def _call(self, word: str, verb: Verb, text: str) -> str:
        start = time.perf_counter()
        try:
            with self._admission:
                value = await verb(await self._in_turn(MFA.parse, text, len(text)))
                return _cut(await self._in_turn(pretty, value, printed_size(value)))
        except (ParseError, Failure) as error:  # the text cannot be read, or the value not printed
            return pretty(self._failed(word, (ERROR, error.reason)))
        except Busy:
            return pretty(self._failed(word, (ERROR, Atom("busy"))))
        finally:
            self._metrics.commands.labels(word).observe(time.perf_counter() - start)

    def _failed(self, word: str, reply: Term) -> Term:
        self._metrics.failures.labels(word).inc()
        return reply

    async def _in_turn(self, work: Callable[[A], B], item: A, characters: int) -> B:
        """Long work one after another, with the event loop's other business in between."""
        if characters <= LONG_CHARACTERS:
            return work(item)
        async with self._turn:
            await asyncio.sleep(0)
            return work(item)

    async def _mfa(self, mfa: MFA) -> Term:
        try:
            return await self._table.run(mfa, COMMAND_SECONDS)
        except Busy:
            raise
        except Failure as error:
            return self._failed("mfa", (Atom(error.kind), error.reason, stacktrace(mfa)))
        except CallError as error:
            return self._failed("mfa", (ERROR, Atom(error.reason), stacktrace(mfa)))

    async def _rpc(self, mfa: MFA) -> Term:
        try:
            return await self._caller.call_peer(mfa, COMMAND_SECONDS)
        except Busy:
            raise
        except (Failure, CallError) as error:
            return self._failed("rpc", badrpc(mfa, error))


def _cut(reply: str) -> str:
    if len(reply) <= MAX_REPLY_CHARACTERS:
        return reply
    return f"{reply[:MAX_REPLY_CHARACTERS]}... cut after {MAX_REPLY_CHARACTERS} of {len(reply)} characters"
