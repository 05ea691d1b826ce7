"""The exports of a module: one entry of the function table for each arity of each function marked with `@export`."""

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from types import ModuleType
from typing import Any

from otp.export import mark_of


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


def exports_of(owner: object) -> Iterator[Export]:
    """The exports of a module, or of an object's methods: one for each arity."""
    for _, function in inspect.getmembers(owner, inspect.isroutine):
        mark = mark_of(function)
        if mark is None or (isinstance(owner, ModuleType) and function.__module__ != owner.__name__):
            continue  # not marked, or imported from a module that exports it itself
        entry = Export(
            module=mark.module,
            name=mark.name,
            arity=0,
            idempotent=mark.idempotent,
            help=(inspect.getdoc(function) or "").partition("\n")[0],
            example=mark.example,
            call=function,
            is_async=inspect.iscoroutinefunction(function),
            process=mark.process,
        )
        for arity in _arities(function):
            yield replace(entry, arity=arity)


def _arities(function: Callable[..., Any]) -> range:
    parameters = inspect.signature(function).parameters.values()
    positional = [p for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    required = sum(p.default is p.empty for p in positional)
    return range(required, len(positional) + 1)
