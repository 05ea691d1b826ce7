"""`@export`: marks a function as callable by `Module:Function(Args)`. Nothing without the mark can be called."""

import inspect
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from types import ModuleType
from typing import Any, TypeVar

from erlang_docker.errors import ExportError

F = TypeVar("F", bound=Callable[..., Any])
_MARK = "__exported__"
_CALL = re.compile(r"(\w+):(?:(\w+)|'([^']+)')\(")


@dataclass(frozen=True, slots=True)
class Export:
    """One entry of the function table.

    `idempotent`: running it twice is the same as once, so a call whose fate is unknown may be tried again.
    `help` is the first line of the docstring, `example` a call that can be typed.
    """

    module: str
    name: str
    arity: int
    idempotent: bool
    help: str
    example: str
    call: Callable[..., Any]
    is_async: bool
    process: bool = False
    """To be run in a worker process."""


def export(example: str, *, idempotent: bool = False, process: bool = False) -> Callable[[F], F]:
    """Mark a function, sync or async; one that takes long and is not async belongs into a `process` of its own.

    Its Erlang module and name are those in the example, a call of it; its arities follow from its positional
    parameters and their defaults. Raises ExportError for an example that is no call.
    """
    called = _CALL.match(example)
    if called is None:
        raise ExportError(f"not a call: {example!r}")
    entry = (example, called[1], called[2] or called[3], idempotent, process)

    def mark(function: F) -> F:
        setattr(function, _MARK, entry)
        return function

    return mark


def exports_of(owner: object) -> Iterator[Export]:
    """The exports of a module, or of an object's methods: one for each arity."""
    for _, function in inspect.getmembers(owner, inspect.isroutine):
        mark = getattr(function, _MARK, None)
        if mark is None or (isinstance(owner, ModuleType) and function.__module__ != owner.__name__):
            continue  # not marked, or imported from a module that exports it itself
        example, module, name, idempotent, process = mark
        entry = Export(
            module=module,
            name=name,
            arity=0,
            idempotent=idempotent,
            help=(inspect.getdoc(function) or "").partition("\n")[0],
            example=example,
            call=function,
            is_async=inspect.iscoroutinefunction(function),
            process=process,
        )
        for arity in _arities(function):
            yield replace(entry, arity=arity)


def _arities(function: Callable[..., Any]) -> range:
    parameters = inspect.signature(function).parameters.values()
    positional = [p for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    required = sum(p.default is p.empty for p in positional)
    return range(required, len(positional) + 1)
