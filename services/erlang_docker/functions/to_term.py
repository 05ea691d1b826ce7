"""Python's own values to terms: what a function gives, and what a call takes.

A `str` becomes a binary, `bool` and `None` become atoms, also inside of what is annotated as a term.
"""

from collections.abc import Callable
from types import NoneType
from typing import Any

from otp.errors import Failure
from otp.terms.types import FALSE, SYSTEM_LIMIT, TRUE, UNDEFINED, Atom, Bitstring, ImproperList, Map, Pid, Term, finite


def term_of(value: Any) -> Term:
    """A value as a term, checked all the way down.

    Raises TypeError or ValueError for what is not a term, such as an instance of a subclass, and Failure
    `system_limit` for what is nested without end.
    """
    try:
        return _term(value)
    except RecursionError:
        raise Failure("error", SYSTEM_LIMIT) from None


def same(value: Any) -> Any:
    """What is a term already."""
    return value


def _term(value: Any) -> Term:
    writer = _WRITERS.get(type(value))
    if writer is None:
        raise TypeError(f"not a term: {type(value).__name__}")
    return writer(value)


def _encodable(value: Atom) -> Atom:
    value.encode()  # a lone surrogate is not a character
    return value


_WRITERS: dict[type, Callable[[Any], Term]] = {
    str: str.encode,
    bool: lambda value: TRUE if value else FALSE,
    NoneType: lambda value: UNDEFINED,
    float: finite,
    list: lambda value: [_term(item) for item in value],
    tuple: lambda value: tuple(_term(item) for item in value),
    dict: lambda value: Map((_term(key), _term(item)) for key, item in value.items()),
    Atom: _encodable,
    Map: lambda value: Map((_term(key), _term(item)) for key, item in value.items()),
    ImproperList: lambda value: ImproperList(tuple(map(_term, value.items)), _term(value.tail)),
    **dict.fromkeys((int, bytes, Pid, Bitstring), same),
}
