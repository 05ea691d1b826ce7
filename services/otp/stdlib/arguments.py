"""What a function asks of its arguments: each check gives the argument back, or fails as Erlang's function would."""

from collections.abc import Iterator
from typing import Any, NoReturn, TypeAlias, TypeGuard

from otp.errors import Failure
from otp.terms.cons import parts
from otp.terms.types import BADARG, FUNCTION_CLAUSE, Atom, Map, Term

Reason: TypeAlias = Atom | tuple[Any, ...]


def fail(reason: Reason) -> NoReturn:
    """`error(Reason)`."""
    raise Failure("error", reason)


def is_integer(term: Term) -> TypeGuard[int]:
    """Whether it is an integer. Python's bool is not one here."""
    return type(term) is int


def is_number(term: Term) -> TypeGuard[int | float]:
    """Whether it is an integer or a float."""
    return type(term) is int or type(term) is float


def integer(term: Term, reason: Reason = BADARG, least: int | None = None, most: int | None = None) -> int:
    """An integer, within bounds where they are given."""
    if not is_integer(term) or (least is not None and term < least) or (most is not None and term > most):
        fail(reason)
    return term


def number(term: Term, reason: Reason = BADARG) -> int | float:
    """An integer or a float."""
    return term if is_number(term) else fail(reason)


def atom(term: Term, reason: Reason = BADARG) -> Atom:
    """An atom."""
    return term if isinstance(term, Atom) else fail(reason)


def binary(term: Term, reason: Reason = BADARG) -> bytes:
    """A binary: a bitstring of whole bytes."""
    return term if isinstance(term, bytes) else fail(reason)


def proper_list(term: Term, reason: Reason = BADARG) -> list[Any]:
    """A list that ends with `[]`."""
    return term if isinstance(term, list) else fail(reason)


def cells(term: Term, reason: Reason = FUNCTION_CLAUSE) -> Iterator[Any]:
    """The items of a list, as Erlang walks them: a list that is not proper fails only where it ends."""
    items, tail = parts(term)
    yield from items
    if tail != []:
        fail(reason)


def tuple_(term: Term, reason: Reason = BADARG) -> tuple[Any, ...]:
    """A tuple."""
    return term if isinstance(term, tuple) else fail(reason)


def map_(term: Term) -> Map:
    """A map; else `{badmap,Term}`."""
    return term if isinstance(term, Map) else fail((Atom("badmap"), term))
