"""`lists`: items of a list, and parts of it."""

from itertools import takewhile
from typing import Any

from otp.export import export
from otp.stdlib.arguments import cells, fail, integer, is_number, proper_list
from otp.stdlib.erlang import lists as erlang_lists
from otp.stdlib.erlang.arithmetic import plus
from otp.terms.cons import is_list, join, parts
from otp.terms.order import exact_equal, sort_key
from otp.terms.types import BADARG, BADARITH, FUNCTION_CLAUSE, Term, exact_key


@export("lists:subtract([a,b,a],[a])", idempotent=True)
def subtract(left: Term, right: Term) -> Term:
    """A list without the first occurrence of each item of another."""
    return erlang_lists.subtract(left, right)


@export("lists:delete(a,[a,b,a])", idempotent=True)
def delete(item: Term, term: Term) -> Term:
    """A list without the first item that is the same."""
    items, tail = parts(term)
    at = next((at for at, other in enumerate(items) if exact_equal(other, item)), None)
    return list(cells(term)) if at is None else join(items[:at] + items[at + 1 :], tail)


def _filled(term: Term) -> list[Any]:
    return list(cells(term)) or fail(FUNCTION_CLAUSE)


@export("lists:droplast([a,b])", idempotent=True)
def droplast(term: Term) -> Term:
    """A list without its last item."""
    return _filled(term)[:-1]


@export("lists:last([a,b])", idempotent=True)
def last(term: Term) -> Term:
    """The last item of a list."""
    item: Term = _filled(term)[-1]
    return item


@export("lists:max([1,a])", idempotent=True)
def largest(term: Term) -> Term:
    """The first of the items that come last in the order of terms."""
    item: Term = max(_filled(term), key=sort_key)
    return item


@export("lists:min([1,a])", idempotent=True)
def smallest(term: Term) -> Term:
    """The first of the items that come first in the order of terms."""
    item: Term = min(_filled(term), key=sort_key)
    return item


@export("lists:member(a,[a,b])", idempotent=True)
def member(item: Term, term: Term) -> bool:
    """Whether an item of a list is the same."""
    return any(exact_equal(item, other) for other in cells(term, BADARG))


@export("lists:sum([1,2,3])", idempotent=True)
def total(term: Term) -> Term:
    """The sum of numbers."""
    result: Term = 0
    for item in cells(term):
        result = plus(result, item)
    return result


@export("lists:nth(1,[a,b])", idempotent=True)
def nth(position: Term, term: Term) -> Term:
    """The item at a position that counts from 1."""
    items, _ = parts(term)
    item: Term = items[_countdown(position, items, 1) - 1]
    return item


@export("lists:nthtail(1,[a,b])", idempotent=True)
def nthtail(number: Term, term: Term) -> Term:
    """A list without the given number of items from its beginning."""
    items, tail = parts(term)
    start = _countdown(number, items, 0)
    return join(items[start:], tail) if start or is_list(term) else fail(FUNCTION_CLAUSE)


def _countdown(number: Term, items: list[Term], least: int) -> int:
    """A number that Erlang's function counts down from: anything else fails in the first subtraction."""
    if items and not is_number(number):
        fail(BADARITH)
    return integer(number, FUNCTION_CLAUSE, least, len(items))


@export('lists:prefix("ab","abc")', idempotent=True)
def prefix(start: Term, term: Term) -> bool:
    """Whether a list begins with the items of another."""
    (wanted, end), (items, tail) = parts(start), parts(term)
    same = sum(1 for _ in takewhile(lambda pair: exact_equal(*pair), zip(wanted, items, strict=False)))
    if (same == len(items) and tail != []) or (same == len(wanted) and end != []):
        fail(FUNCTION_CLAUSE)
    return same == len(wanted)


@export('lists:suffix("bc","abc")', idempotent=True)
def suffix(ending: Term, term: Term) -> bool:
    """Whether a list ends with the items of another."""
    items, wanted = proper_list(term), proper_list(ending)
    return len(wanted) <= len(items) and exact_equal(items[len(items) - len(wanted) :], wanted)


@export("lists:reverse([a,b])", idempotent=True)
def reverse(term: Term) -> Term:
    """The items of a list from the last to the first."""
    items, _ = parts(term)
    return proper_list(term, BADARG if len(items) > 1 else FUNCTION_CLAUSE)[::-1]


@export("lists:reverse([a,b],[c])", idempotent=True)
def reverse_onto(term: Term, tail: Term) -> Term:
    """The items of a list from the last to the first, then what follows."""
    return join(proper_list(term)[::-1], tail)


@export("lists:sublist([a,b,c],2)", idempotent=True)
def sublist(term: Term, length: Term) -> Term:
    """At most the given number of items from the beginning of a list."""
    items, tail = parts(term)
    number = integer(length, FUNCTION_CLAUSE, least=0)
    if not is_list(term) or (number > len(items) and tail != []):
        fail(FUNCTION_CLAUSE)
    return items[:number]


@export("lists:sublist([a,b,c],2,2)", idempotent=True)
def sublist_from(term: Term, start: Term, length: Term) -> Term:
    """At most the given number of items of a list, from a position that counts from 1."""
    items, tail = parts(term)
    skipped = integer(start, FUNCTION_CLAUSE, least=1) - 1
    if skipped > len(items) or (skipped and not items):
        return tail if tail == [] else fail(FUNCTION_CLAUSE)
    return sublist(join(items[skipped:], tail), length)


@export("lists:split(1,[a,b])", idempotent=True)
def split(number: Term, term: Term) -> Term:
    """A list in two, the first with the given number of items."""
    items, tail = parts(term)
    at = integer(number, least=0)
    if not is_list(term) or (at > len(items) and tail == []):
        fail(BADARG)
    return (items[:at], join(items[at:], tail)) if at <= len(items) else fail(FUNCTION_CLAUSE)


@export("lists:uniq([a,b,a])", idempotent=True)
def uniq(term: Term) -> Term:
    """The items of a list, each once, where it comes first."""
    first: dict[object, Term] = {}
    for item in cells(term):
        first.setdefault(exact_key(item), item)
    return list(first.values())
