"""What is left of deep chardata after some of its characters, as Erlang's `unicode_util:cp/1` leaves it.

Erlang walks a deep list without copying it: the rest shares its parts. Characters of an inner list come out up to four
at a time, the first to read and three in front of the rest, and a binary is cut where the reading stands.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from otp.stdlib.arguments import is_integer
from otp.terms.cons import join, parts
from otp.terms.types import ImproperList, Term

_AHEAD = 3


@dataclass(frozen=True, slots=True)
class Cell:
    """A list from one of its items on, that goes on with a tail: `[]`, a binary or a cell. An item may be a cell."""

    items: Sequence[Any]
    at: int
    tail: "Rest"

    def skip(self, count: int = 1) -> "Rest":
        """The list without its first items."""
        return Cell(self.items, self.at + count, self.tail) if self.at + count < len(self.items) else self.tail

    def characters(self, most: int) -> int:
        """How many of the first items are characters."""
        end = min(len(self.items), self.at + most)
        return next((at for at in range(self.at, end) if not is_integer(self.items[at])), end) - self.at


Rest: TypeAlias = Any
"""A cell, a binary or a view of one, or a term that is not a list."""


def opened(term: Rest) -> Rest:
    """A list as a cell."""
    if isinstance(term, (list, ImproperList)):
        items, tail = parts(term)
        return Cell(items, 0, tail) if items else tail
    return term


def closed(rest: Rest) -> Term:
    """The rest as a term."""
    items: list[Term] = []
    while isinstance(rest, Cell):
        items += rest.items[rest.at :]
        rest = rest.tail
    return join(map(closed, items), bytes(rest) if isinstance(rest, memoryview) else rest)


def in_binary(rest: Rest) -> bool:
    """Whether the rest starts inside a binary, at its end too where nothing follows."""
    if isinstance(rest, Cell):
        head = rest.items[rest.at]
        return isinstance(head, memoryview) and len(head) > 0
    return isinstance(rest, memoryview)


def skip(rest: Rest, count: int) -> Rest:
    """The rest after the given number of characters, which must be there."""
    for _, left in walk(rest, count):
        rest = left
    return rest


def walk(rest: Rest, count: int) -> Iterator[tuple[Sequence[Term], Rest]]:
    """The next characters in steps: integers, or one binary, and the rest after them."""
    while count:
        taken, rest, length = _step(rest, None, count)
        count -= length
        yield taken, rest


def _step(inner: Rest, outer: Rest, most: int) -> tuple[Sequence[Term], Rest, int]:
    while True:
        if isinstance(inner, Cell):
            run = inner.characters(most)
            if run and outer is None:
                return inner.items[inner.at : inner.at + run], inner.skip(run), run
            if run > _AHEAD + 1:  # whole steps at once
                run = (run - 1) // (_AHEAD + 1) * (_AHEAD + 1)
                return inner.items[inner.at : inner.at + run], _join(inner.skip(run), outer), run
            if run:
                return inner.items[inner.at : inner.at + 1], _ahead(inner.skip(), outer), 1
            inner, outer = opened(inner.items[inner.at]), _join(inner.skip(), outer)
        elif isinstance(inner, (bytes, memoryview)) and inner:
            taken, rest, length = _cut(memoryview(inner), most)
            return taken, rest if outer is None else Cell([rest], 0, outer), length
        else:
            inner, outer = outer, None


def _ahead(inner: Rest, outer: Rest) -> Rest:
    """The rest with its next characters in front."""
    taken: list[Term] = []
    while len(taken) < _AHEAD:
        if isinstance(inner, Cell):
            if is_integer(item := inner.items[inner.at]):
                taken.append(item)
                inner = inner.skip()
            else:
                inner, outer = opened(item), _join(inner.skip(), outer)
        elif inner == [] and outer is not None:
            inner, outer = outer, None
        else:
            break
    rest = _join(inner, outer)
    rest = [] if rest is None else rest
    return Cell(taken, 0, rest) if taken else rest


def _join(inner: Rest, outer: Rest) -> Rest:
    if inner == []:
        return outer
    return inner if outer is None else Cell([inner], 0, outer)


def _cut(data: memoryview, most: int) -> tuple[bytes, memoryview, int]:
    """The first characters of a binary, what follows, and their number."""
    text = bytes(data[: 4 * most]).decode("utf-8", "surrogateescape")[:most]
    taken = text.encode("utf-8", "surrogateescape")
    return taken, data[len(taken) :], len(text)
