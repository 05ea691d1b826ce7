"""`erlang`: tuples. Positions count from 1."""

from otp.export import export
from otp.stdlib.arguments import integer, proper_list, tuple_
from otp.stdlib.bounds import check_copies
from otp.terms.types import Term

MAX_ARITY = (1 << 24) - 1


def position(term: Term, last: int) -> int:
    """A position from 1 to the last, as an index of Python's."""
    return integer(term, least=1, most=last) - 1


@export("erlang:element(1,{a,b})", idempotent=True)
def element(index: Term, term: Term) -> Term:
    """The element at a position."""
    items = tuple_(term)
    found: Term = items[position(index, len(items))]
    return found


@export("erlang:setelement(1,{a,b},c)", idempotent=True)
def setelement(index: Term, term: Term, value: Term) -> Term:
    """The tuple with another element at a position."""
    items = tuple_(term)
    at = position(index, len(items))
    return (*items[:at], value, *items[at + 1 :])


@export("erlang:insert_element(1,{a,b},c)", idempotent=True)
def insert_element(index: Term, term: Term, value: Term) -> Term:
    """The tuple with one more element, at a position."""
    items = tuple_(term)
    at = position(index, len(items) + 1)
    return (*items[:at], value, *items[at:])


@export("erlang:delete_element(1,{a,b})", idempotent=True)
def delete_element(index: Term, term: Term) -> Term:
    """The tuple without the element at a position."""
    items = tuple_(term)
    at = position(index, len(items))
    return (*items[:at], *items[at + 1 :])


@export("erlang:append_element({a,b},c)", idempotent=True)
def append_element(term: Term, value: Term) -> Term:
    """The tuple with one more element, at its end."""
    return (*tuple_(term), value)


@export("erlang:make_tuple(3,a)", idempotent=True)
def make_tuple(arity: Term, value: Term) -> Term:
    """A tuple that holds a value the given number of times."""
    return (value,) * check_copies(integer(arity, least=0, most=MAX_ARITY), value)


@export("erlang:tuple_size({a,b})", idempotent=True)
def tuple_size(term: Term) -> Term:
    """How many elements a tuple has."""
    return len(tuple_(term))


@export("erlang:tuple_to_list({a,b})", idempotent=True)
def tuple_to_list(term: Term) -> Term:
    """The elements of a tuple."""
    return list(tuple_(term))


@export("erlang:list_to_tuple([a,b])", idempotent=True)
def list_to_tuple(term: Term) -> Term:
    """The tuple of the items of a list."""
    return tuple(proper_list(term))
