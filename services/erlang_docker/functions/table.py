"""The function table: the frozen list of what can be called, `(module, name, arity)` to function."""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Iterable, Iterator, Mapping
from types import MappingProxyType

from erlang_docker.errors import CallTimeout, Failure
from erlang_docker.functions.export import Export, exports_of
from erlang_docker.functions.module_info import module_infos
from erlang_docker.terms.mfa import MFA
from erlang_docker.terms.types import FALSE, TRUE, Atom, Term

UNDEF = Atom("undef")


class FunctionTable:
    """Lookup only: no eval, no getattr, no import by name."""

    def __init__(self, log: logging.Logger) -> None:
        self._entries: Mapping[tuple[str, str, int], Export] = MappingProxyType({})
        self._log = log

    def fill(self, owners: Iterable[object]) -> None:
        """Take in what modules and objects export, and each module's `module_info/1`, once; then it is frozen."""
        exports = [entry for owner in owners for entry in exports_of(owner)]
        entries: dict[tuple[str, str, int], Export] = {}
        for entry in (*exports, *module_infos(exports)):
            key = (entry.module, entry.name, entry.arity)
            if self._entries or key in entries:
                raise ValueError(f"exported twice: {entry.module}:{entry.name}/{entry.arity}")
            entries[key] = entry
        self._entries = MappingProxyType(entries)

    def __iter__(self) -> Iterator[Export]:
        return iter(self._entries.values())

    def idempotent(self, mfa: MFA) -> bool:
        """Whether a call may run twice; False for what this node does not know."""
        entry = self._entries.get((mfa.module, mfa.function, len(mfa.args)))
        return entry is not None and entry.idempotent

    def apply(self, mfa: MFA) -> Term | Awaitable[Term]:
        """Run a function: its value, or an awaitable of it when the function is async.

        A plain True or False becomes an atom. Raises Failure: `undef` for what is not in the table, and whatever
        class and reason the function fails with.
        """
        entry = self._entries.get((mfa.module, mfa.function, len(mfa.args)))
        if entry is None:
            raise Failure("error", UNDEF)
        if entry.is_async:
            return self._wait(mfa, entry)
        try:
            return _boolean(entry.call(*mfa.args))
        except Exception as error:
            raise self._failure(mfa, error) from error

    async def run(self, mfa: MFA, timeout: float) -> Term:
        """As `apply`, with a deadline in seconds for async functions; CallTimeout when it passes."""
        value = self.apply(mfa)
        if not isinstance(value, Awaitable):
            return value
        try:
            async with asyncio.timeout(timeout):
                return await value
        except TimeoutError as error:
            raise CallTimeout from error

    async def _wait(self, mfa: MFA, entry: Export) -> Term:
        try:
            return _boolean(await entry.call(*mfa.args))
        except Exception as error:
            raise self._failure(mfa, error) from error

    def _failure(self, mfa: MFA, error: Exception) -> Failure:
        """What a function fails with; of its own bug the client gets an id, the log what happened."""
        if isinstance(error, Failure):
            return error
        crash_id = secrets.token_hex(4)
        self._log.error("crash %s in %s:%s", crash_id, mfa.module, mfa.function, exc_info=error)
        return Failure("error", (Atom("crash"), Atom(crash_id)))


def _boolean(value: Term) -> Term:
    if value is True:
        return TRUE
    return FALSE if value is False else value
