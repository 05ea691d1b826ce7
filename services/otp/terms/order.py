"""Erlang's order of terms (Reference Manual, "Term Comparisons").

number < atom < reference < fun < port < pid < tuple < map < nil < list < bitstring
"""

from collections.abc import Callable, Iterable
from operator import itemgetter
from typing import Any

from otp.terms.types import Atom, Bitstring, ImproperList, Map, Pid, Term, exact_key

NUMBER, ATOM, PID, TUPLE, MAP, NIL, CONS, BITSTRING = range(8)
_NIL_KEY = (NIL,)

SortKey = tuple[Any, ...]


def sort_key(term: Term) -> SortKey:
    """A Python value that compares as the term does with `<` and `==` in Erlang: 1 and 1.0 are equal."""
    kind = type(term)
    if kind is int or kind is float:
        return (NUMBER, term)
    return _key(term, sort_key)


def map_key(term: Term) -> SortKey:
    """As `sort_key`, but as keys of maps are ordered: every integer before every float, inside of keys as well."""
    kind = type(term)
    if kind is int or kind is float:
        return (NUMBER, kind is float, term)
    return _key(term, map_key)


def _key(term: Term, key: Callable[[Term], SortKey]) -> SortKey:
    kind = type(term)
    if kind is Atom:
        return (ATOM, term)
    if kind is tuple:
        return (TUPLE, len(term), *map(key, term))  # type: ignore[arg-type]
    if kind is list:
        return _list_key(term, _NIL_KEY, key)  # type: ignore[arg-type]
    if isinstance(term, ImproperList):
        return _list_key(term.items, key(term.tail), key)
    if isinstance(term, Map):
        pairs = sorted(((map_key(name), value) for name, value in term.items()), key=itemgetter(0))
        return (MAP, len(pairs), *(name for name, _ in pairs), *(key(value) for _, value in pairs))
    if isinstance(term, Pid):
        return (PID, term.number)
    if isinstance(term, Bitstring):
        return (BITSTRING, term.data, term.bits)
    return (BITSTRING, term, len(term) * 8)  # type: ignore[arg-type]


def _list_key(items: Iterable[Term], tail: SortKey, key: Callable[[Term], SortKey]) -> SortKey:
    """A list compares cell by cell: the rank of each cell, its item, and at the end the tail's own key."""
    return (*(part for item in items for part in (CONS, key(item))), *tail)


def sorted_items(term: Map) -> list[tuple[Term, Term]]:
    """The pairs of a map in the order of their keys."""
    return sorted(term.items(), key=lambda pair: map_key(pair[0]))


def exact_equal(left: Term, right: Term) -> bool:
    """Erlang's `=:=`. Its `==` is Python's own."""
    return left == right and exact_key(left) == exact_key(right)
