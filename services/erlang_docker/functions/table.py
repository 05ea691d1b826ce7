"""The function table: the frozen list of what can be called, `(module, name, arity)` to function."""

from collections.abc import Awaitable, Iterable, Iterator
from types import MappingProxyType

from erlang_docker.errors import Failure
from erlang_docker.functions.export import Export, exports_of
from erlang_docker.terms.mfa import MFA
from erlang_docker.terms.types import FALSE, TRUE, Atom, Term

_UNDEF = Atom("undef")


class FunctionTable:
    """Lookup only: no eval, no getattr, no import by name."""

    def __init__(self, owners: Iterable[object]) -> None:
        entries = {}
        for owner in owners:
            for entry in exports_of(owner):
                key = (entry.module, entry.name, entry.arity)
                if key in entries:
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
        """Run a function: its value, or for an async one what gives it.

        A plain True or False becomes an atom. Raises Failure `undef` for what is not in the table, and whatever the function raises.
        """
        entry = self._entries.get((mfa.module, mfa.function, len(mfa.args)))
        if entry is None:
            raise Failure("error", _UNDEF)
        value: Term = entry.call(*mfa.args)
        if value is True:
            return TRUE
        return FALSE if value is False else value
