"""`@export`: marks a function as callable by `Module:Function(Args)`. Nothing without the mark can be called."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from otp.errors import ExportError

F = TypeVar("F", bound=Callable[..., Any])
_MARK = "__exported__"
_CALL = re.compile(r"(\w+):(?:(\w+)|'([^']+)')\(")


@dataclass(frozen=True, slots=True)
class Mark:
    """What `@export` says of a function.

    `idempotent`: running it twice is the same as running it once, so a call whose fate is unknown may be retried.
    `read_only`: it changes nothing, so those may call it too who may not change anything; it is idempotent as well.
    `process`: it runs in a worker process.
    """

    example: str
    module: str
    name: str
    idempotent: bool
    read_only: bool
    process: bool


def export(
    example: str, *, idempotent: bool = False, read_only: bool = False, process: bool = False
) -> Callable[[F], F]:
    """Mark a function, sync or async; one that takes long and is not async belongs in a `process` of its own.

    Its Erlang module and name are those in the example, a call of it; its arities follow from its positional
    parameters and their defaults. Raises ExportError for an example that is not a call.
    """
    called = _CALL.match(example)
    if called is None:
        raise ExportError(f"not a call: {example!r}")
    mark = Mark(example, called[1], called[2] or called[3], idempotent or read_only, read_only, process)

    def marked(function: F) -> F:
        setattr(function, _MARK, mark)
        return function

    return marked


def mark_of(function: object) -> Mark | None:
    """The mark of a function; None where it is not exported."""
    mark = getattr(function, _MARK, None)
    return mark if isinstance(mark, Mark) else None
