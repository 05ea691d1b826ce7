"""`lists`: lists of tuples, found by the element at a position; numbers are compared by value."""

from otp.export import export
from otp.stdlib.arguments import Reason, fail, integer, tuple_
from otp.terms.cons import join, parts
from otp.terms.types import BADARG, FALSE, FUNCTION_CLAUSE, Atom, Term

VALUE = Atom("value")
_MAX_SMALL = (1 << 59) - 1
"""The emulator's own functions, those that fail with `badarg`, take no larger position."""


def _find(key: Term, position: Term, term: Term, reason: Reason) -> int | None:
    """Where the first tuple with this element is; None when there is none and the list is proper."""
    at = integer(position, reason, least=1, most=_MAX_SMALL if reason == BADARG else None)
    items, tail = parts(term)
    for index, item in enumerate(items):
        if isinstance(item, tuple) and len(item) >= at and item[at - 1] == key:
            return index
    return None if tail == [] else fail(reason)


@export("lists:keyfind(a,1,[{a,1}])", idempotent=True)
def keyfind(key: Term, position: Term, term: Term) -> Term:
    """The first tuple with this element, or false."""
    at = _find(key, position, term, BADARG)
    return FALSE if at is None else parts(term)[0][at]


@export("lists:keymember(a,1,[{a,1}])", idempotent=True)
def keymember(key: Term, position: Term, term: Term) -> bool:
    """Whether there is a tuple with this element."""
    return _find(key, position, term, BADARG) is not None


@export("lists:keysearch(a,1,[{a,1}])", idempotent=True)
def keysearch(key: Term, position: Term, term: Term) -> Term:
    """The first tuple with this element as {value,Tuple}, or false."""
    at = _find(key, position, term, BADARG)
    return FALSE if at is None else (VALUE, parts(term)[0][at])


@export("lists:keydelete(a,1,[{a,1}])", idempotent=True)
def keydelete(key: Term, position: Term, term: Term) -> Term:
    """The list without the first tuple with this element."""
    at = _find(key, position, term, FUNCTION_CLAUSE)
    return term if at is None else _replaced(term, at)


@export("lists:keyreplace(a,1,[{a,1}],{a,2})", idempotent=True)
def keyreplace(key: Term, position: Term, term: Term, new: Term) -> Term:
    """The list with another tuple for the first with this element."""
    at = _find(key, position, term, FUNCTION_CLAUSE)
    new = tuple_(new, FUNCTION_CLAUSE)
    return term if at is None else _replaced(term, at, new)


@export("lists:keystore(a,1,[{b,1}],{a,2})", idempotent=True)
def keystore(key: Term, position: Term, term: Term, new: Term) -> Term:
    """The list with another tuple for the first with this element, or at the end."""
    at = _find(key, position, term, FUNCTION_CLAUSE)
    new = tuple_(new, FUNCTION_CLAUSE)
    return join(parts(term)[0], [new]) if at is None else _replaced(term, at, new)


@export("lists:keytake(a,1,[{a,1}])", idempotent=True)
def keytake(key: Term, position: Term, term: Term) -> Term:
    """The first tuple with this element and the list without it, {value,Tuple,Rest}; or false."""
    at = _find(key, position, term, FUNCTION_CLAUSE)
    return FALSE if at is None else (VALUE, parts(term)[0][at], _replaced(term, at))


def _replaced(term: Term, at: int, *new: Term) -> Term:
    items, tail = parts(term)
    return join([*items[:at], *new, *items[at + 1 :]], tail)
