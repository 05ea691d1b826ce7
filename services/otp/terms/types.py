"""The values of Erlang's types.

| Erlang | here |
|---|---|
| integer, float | `int`, `float` |
| atom | `Atom` (`true` and `false` are atoms, never Python's bool) |
| binary | `bytes` |
| bitstring that is not a binary | `Bitstring` |
| list, string | `list` (a string is a list of code points) |
| improper list | `ImproperList` |
| tuple | `tuple` |
| map | `Map` |
| pid | `Pid` |
"""

import math
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias


class Atom(str):
    """An atom; equal to the `str` of its name, and distinguished by its type."""

    __slots__ = ()


TRUE = Atom("true")
FALSE = Atom("false")
OK = Atom("ok")
ERROR = Atom("error")
UNDEFINED = Atom("undefined")
INFINITY = Atom("infinity")
NOMATCH = Atom("nomatch")

# Why functions fail: the reasons that Erlang's emulator and library give.
BADARG = Atom("badarg")
BADARITH = Atom("badarith")
BADMATCH = Atom("badmatch")
BAD_GENERATOR = Atom("bad_generator")
CASE_CLAUSE = Atom("case_clause")
FUNCTION_CLAUSE = Atom("function_clause")
SYSTEM_LIMIT = Atom("system_limit")
UNDEF = Atom("undef")


@dataclass(frozen=True, slots=True)
class Bitstring:
    """Bits whose number is not a multiple of eight: `data` holds them from the left, padded with zeros."""

    data: bytes
    bits: int


@dataclass(frozen=True, slots=True)
class ImproperList:
    """`[a,b|tail]`: at least one item, and a tail that is not a list."""

    items: tuple[Any, ...]
    tail: Any


@dataclass(frozen=True, slots=True)
class Pid:
    """A process identifier, `<0.number.0>`."""

    number: int


class Map:
    """A map. Keys are compared by `=:=`: 1 and 1.0 are two keys, and any term can be a key."""

    __slots__ = ("_items",)

    def __init__(self, pairs: Iterable[tuple["Term", "Term"]] = ()) -> None:
        self._items = {exact_key(key): (key, value) for key, value in pairs}

    def __len__(self) -> int:
        return len(self._items)

    def __iter__(self) -> Iterator["Term"]:
        return (key for key, _ in self._items.values())

    def __contains__(self, key: "Term") -> bool:
        return exact_key(key) in self._items

    def __getitem__(self, key: "Term") -> "Term":
        return self._items[exact_key(key)][1]

    def items(self) -> Iterable[tuple["Term", "Term"]]:
        """Pairs in the order they were put in; `order.sorted_items` gives Erlang's."""
        return self._items.values()

    def __eq__(self, other: object) -> bool:
        """Erlang's `==`: keys by `=:=`, values by `==`."""
        if not isinstance(other, Map):
            return NotImplemented
        return self._items.keys() == other._items.keys() and all(
            value == other._items[key][1] for key, (_, value) in self._items.items()
        )

    __hash__ = None  # type: ignore[assignment]  # as list and dict: a key goes through exact_key

    def __repr__(self) -> str:
        return f"Map({list(self._items.values())!r})"


Term: TypeAlias = int | float | Atom | bytes | Bitstring | list[Any] | ImproperList | tuple[Any, ...] | Map | Pid


def finite(value: float) -> float:
    """The float; ValueError for an infinite one and for NaN."""
    if not math.isfinite(value):
        raise ValueError(f"Erlang has no {value}")
    return value


def exact_key(term: Term) -> Hashable:
    """A hashable that is equal for two terms exactly when they are `=:=`."""
    kind = type(term)
    if kind is float:
        return (float, term)
    if kind is list:
        return (list, *map(exact_key, term))  # type: ignore[arg-type]
    if kind is tuple:
        return (tuple, *map(exact_key, term))  # type: ignore[arg-type]
    if isinstance(term, ImproperList):
        return (ImproperList, *map(exact_key, term.items), exact_key(term.tail))
    if isinstance(term, Map):
        return (Map, frozenset((key, exact_key(value)) for key, (_, value) in term._items.items()))
    return term  # type: ignore[return-value]
