"""Functions that return and raise what they should not; tests/test_bad_values.py calls them."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from enum import IntEnum
from typing import Any, NamedTuple

from erlang_docker import Atom, Failure, Term, export


class Point(NamedTuple):
    """A tuple, but not only."""

    x: int
    y: int


class Colour(IntEnum):
    """An int, but not only."""

    RED = 1


@export("bad:truth()")
def truth() -> Term:
    """Python's bool is an int to the type checker."""
    return 1 == 1.0


@export("bad:nothing()")
def nothing() -> Term:
    """None in a list."""
    return [1, None]


@export("bad:point()")
def point() -> Term:
    """A subclass of tuple."""
    return Point(1, 2)


@export("bad:colour()")
def colour() -> Term:
    """A subclass of int, deep inside."""
    return [(Atom("colour"), Colour.RED)]


@export("bad:text_reason()")
def text_reason() -> None:
    """A reason that is a str."""
    raise Failure("error", "text")


@export("bad:object_reason()")
def object_reason() -> None:
    """A reason that is not a term."""
    raise Failure("error", object())


@export("bad:kind()")
def kind() -> None:
    """A class of failure that Erlang does not have."""
    raise Failure("fault", Atom("why"))  # type: ignore[arg-type]


@export("bad:deep(98)")
def deep(levels: int) -> Term:
    """Lists in lists."""
    made: Term = []
    for _ in range(levels - 1):
        made = [made]
    return made


@export("bad:deep_reason(98)")
def deep_reason(levels: int) -> None:
    """Deep, and a failure."""
    raise Failure("exit", deep(levels))


@export("bad:cycle()")
def cycle() -> Term:
    """A list that holds itself."""
    made: list[Any] = []
    made.append(made)
    return made


@export("bad:surrogate()")
def surrogate() -> str:
    """Half of a character."""
    return "\ud800"


@export("bad:surrogate_atom()")
def surrogate_atom() -> Atom:
    """The same in a name."""
    return Atom("\ud800")


@export("bad:long()")
def long() -> str:
    """2 MiB."""
    return "x" * (2 << 20)


@export("bad:generator()")
async def generator() -> AsyncIterator[int]:
    """Not a coroutine, and not a value either."""
    yield 1


@export("bad:coroutine()")
def coroutine() -> Coroutine[Any, Any, None]:
    """Not awaited."""
    made = asyncio.sleep(0)
    made.close()
    return made


@export("bad:cancelled()")
async def cancelled() -> None:
    """Cancelled by nobody."""
    raise asyncio.CancelledError


@export("bad:cancelled_now()")
def cancelled_now() -> None:
    """The same without waiting."""
    raise asyncio.CancelledError


@export("bad:timeout()")
async def timeout() -> None:
    """A timeout of the function's own is not the call's."""
    async with asyncio.timeout(0.01):
        await asyncio.sleep(10)


@export("bad:interrupt()")
def interrupt() -> None:
    """What Ctrl-C raises."""
    raise KeyboardInterrupt
