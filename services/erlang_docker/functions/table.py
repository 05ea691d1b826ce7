"""The function table: the frozen list of what can be called, `(module, name, arity)` to function."""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from types import MappingProxyType

from erlang_docker.errors import Busy, CallTimeout
from erlang_docker.functions.convert import converted
from erlang_docker.functions.export import Export, exports_of
from erlang_docker.functions.module_info import module_infos
from erlang_docker.functions.workers import Workers
from otp.errors import ExportError, Failure
from otp.terms.read.mfa import MFA
from otp.terms.types import UNDEF, Atom, Term


class FunctionTable:
    """Lookup only: no eval, no getattr, no import by name."""

    def __init__(self, log: logging.Logger, workers: Workers) -> None:
        self._entries: Mapping[tuple[str, str, int], Export] = MappingProxyType({})
        self._log = log
        self._workers = workers

    def fill(self, owners: Iterable[object]) -> None:
        """Take in what modules and objects export, and each module's `module_info/1`, once; then it is frozen.

        Raises ExportError for what cannot be exported.
        """
        exports = [entry for owner in owners for entry in exports_of(owner)]
        entries: dict[tuple[str, str, int], Export] = {}
        for entry in (*exports, *module_infos(exports)):
            key = (entry.module, entry.name, entry.arity)
            if self._entries or key in entries:
                raise ExportError(f"exported twice: {entry.module}:{entry.name}/{entry.arity}")
            entries[key] = self._callable(entry)
        self._entries = MappingProxyType(entries)

    def _callable(self, entry: Export) -> Export:
        """With arguments and results converted as it is annotated, in a worker if it wants one."""
        call = partial(self._workers.run, entry.call) if entry.process else entry.call
        is_async = entry.is_async or entry.process
        try:
            if entry.is_async and entry.process:
                raise ExportError("what is async does not run in a process")
            return replace(entry, call=converted(entry.call, call, is_async), is_async=is_async)
        except (ExportError, NameError) as error:
            raise ExportError(f"{entry.module}:{entry.name}/{entry.arity}: {error}") from error

    def __iter__(self) -> Iterator[Export]:
        return iter(self._entries.values())

    def idempotent(self, mfa: MFA) -> bool:
        """Whether a call may run twice; False for what this node does not know."""
        entry = self._entries.get((mfa.module, mfa.function, len(mfa.args)))
        return entry is not None and entry.idempotent

    def apply(self, mfa: MFA) -> Term | Awaitable[Term]:
        """Run a function: its value, or an awaitable of it when the function is async.

        Raises Failure: `undef` for what is not in the table, and whatever
        class and reason the function fails with.
        """
        entry = self._entries.get((mfa.module, mfa.function, len(mfa.args)))
        if entry is None:
            raise Failure("error", UNDEF)
        if entry.is_async:
            return self._wait(mfa, entry)
        try:
            value: Term = entry.call(*mfa.args)
        except (Exception, SystemExit) as error:
            raise self._failure(mfa, error) from error
        return value

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
            value: Term = await entry.call(*mfa.args)
        except (Exception, SystemExit) as error:
            raise self._failure(mfa, error) from error
        return value

    def _failure(self, mfa: MFA, error: Exception | SystemExit) -> Failure | Busy:
        """What a function fails with; of its own bug the client gets an id, the log what happened."""
        if isinstance(error, Failure | Busy):
            return error
        crash_id = secrets.token_hex(4)
        self._log.error("crash %s in %s:%s", crash_id, mfa.module, mfa.function, exc_info=error)
        return Failure("error", (Atom("crash"), Atom(crash_id)))
