"""The function table: the frozen list of what can be called, `(module, name, arity)` to function."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from erlang_docker.functions.parameters import Parameter
from otp.errors import ExportError, Failure
from otp.terms.read.mfa import MFA
from otp.terms.types import UNDEF


@dataclass(frozen=True, slots=True)
class Export:
    """One entry of the function table.

    `idempotent`: running it twice is the same as running it once, so a call whose fate is unknown may be retried.
    `read_only`: it changes nothing.
    `help` is the first line of the docstring, `example` a call that can be typed.
    """

    module: str
    name: str
    arity: int
    idempotent: bool
    read_only: bool
    help: str
    example: str
    call: Callable[..., Any]
    """Takes terms, after a Context if it wants one, and gives a term, or an awaitable of it if it is async."""
    is_async: bool
    takes_context: bool = False
    process: bool = False
    """Runs in a worker process."""
    builtin: bool = True
    """Every node has it, whatever its release."""
    parameters: tuple[Parameter, ...] = ()
    """As many as its arity."""

    @property
    def signature(self) -> str:
        """`module:function/arity`."""
        return f"{self.module}:{self.name}/{self.arity}"

    @property
    def is_own(self) -> bool:
        """Whether it speaks of the node itself, its store or its peers."""
        return self.builtin and self.takes_context

    @property
    def is_pure(self) -> bool:
        """Whether it uses nothing but its arguments, as what is Erlang's does, and may therefore run in a thread."""
        return self.builtin and not self.takes_context


class FunctionTable:
    """Lookup only: no eval, no getattr, no import by name."""

    def __init__(self, exports: Iterable[Export]) -> None:
        """Raises ExportError when two exports have the same name and arity."""
        entries: dict[tuple[str, str, int], Export] = {}
        for entry in exports:
            key = (entry.module, entry.name, entry.arity)
            if key in entries:
                raise ExportError(f"exported twice: {entry.signature}")
            entries[key] = entry
        self._entries: Mapping[tuple[str, str, int], Export] = MappingProxyType(entries)

    def __iter__(self) -> Iterator[Export]:
        return iter(self._entries.values())

    def find(self, mfa: MFA) -> Export:
        """The function that a call means; Failure `undef` where there is none."""
        entry = self._entries.get((mfa.module, mfa.function, len(mfa.args)))
        if entry is None:
            raise Failure("error", UNDEF)
        return entry

    def read_only_anywhere(self, mfa: MFA) -> bool:
        """Whether a call changes nothing, on whichever node: a release may export something else by the same name."""
        entry = self._entries.get((mfa.module, mfa.function, len(mfa.args)))
        return entry is not None and entry.builtin and entry.read_only

    def release_idempotent(self) -> list[str]:
        """The signatures of what the release itself exports and may run twice, for callers who do not know it."""
        return [entry.signature for entry in self if entry.idempotent and not entry.builtin]

    def idempotent(self, mfa: MFA) -> bool:
        """Whether a call may run twice; False for what this node does not know."""
        entry = self._entries.get((mfa.module, mfa.function, len(mfa.args)))
        return entry is not None and entry.idempotent
