"""`lists`: lists made, taken apart and searched. Sorting is in `sorting`, lists of tuples are in `key_lists`."""

from collections.abc import Iterator
from itertools import chain, takewhile
from typing import Any

from erlang_docker.functions import erlang
from erlang_docker.functions.arguments import (
    BADARG,
    BADARITH,
    FUNCTION_CLAUSE,
    fail,
    integer,
    is_number,
    proper_list,
)
from erlang_docker.functions.arithmetic import plus
from erlang_docker.functions.bounds import copies, count
from erlang_docker.functions.cells import cells, is_list, join, parts
from erlang_docker.functions.conversions import codes_of, integer_to_list
from erlang_docker.functions.export import export
from erlang_docker.functions.float_text import text_by_options
from erlang_docker.terms.order import exact_equal, sort_key
from erlang_docker.terms.types import Atom, Term, exact_key


@export("lists:append([[a],[b]])", idempotent=True)
def append(lists: Term) -> Term:
    """The items of all lists of a list."""
    *heads, last = [*cells(lists)] or [[]]
    return join(chain.from_iterable(proper_list(head) for head in heads), last)


@export("lists:append([a],[b])", idempotent=True)
def append_two(left: Term, right: Term) -> Term:
    """The items of a list, then what follows."""
    return erlang.append(left, right)


@export("lists:subtract([a,b,a],[a])", idempotent=True)
def subtract(left: Term, right: Term) -> Term:
    """A list without the first occurrence of each item of another."""
    return erlang.subtract(left, right)


@export('lists:concat([a,1,"b"])', idempotent=True)
def concat(things: Term) -> Term:
    """The text of atoms, numbers and strings, one after the other."""
    texts = [_text(thing) for thing in cells(things)]
    return [code for text in texts for code in proper_list(text)]


def _text(thing: Term) -> Term:
    if isinstance(thing, Atom):
        return codes_of(thing)
    if isinstance(thing, float):
        return codes_of(text_by_options(thing))
    if isinstance(thing, int):
        return integer_to_list(thing)
    return thing if is_list(thing) else fail(FUNCTION_CLAUSE)


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
    """A list without so many items from its beginning."""
    items, tail = parts(term)
    start = _countdown(number, items, 0)
    return join(items[start:], tail) if start or is_list(term) else fail(FUNCTION_CLAUSE)


def _countdown(number: Term, items: list[Term], least: int) -> int:
    """A number that Erlang's function counts down from: what is none is found out by the first subtraction."""
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


@export("lists:seq(1,5)", idempotent=True)
def seq(first: Term, last: Term) -> Term:
    """The integers from one to another."""
    start, stop = integer(first, FUNCTION_CLAUSE), integer(last, FUNCTION_CLAUSE)
    count(integer(stop - start + 1, FUNCTION_CLAUSE, least=0))
    return list(range(start, stop + 1))


@export("lists:seq(1,10,3)", idempotent=True)
def seq_by(first: Term, last: Term, step: Term) -> Term:
    """The integers from one to another, a step apart."""
    start, stop, by = integer(first), integer(last), integer(step)
    if by == 0:
        return [start] if start == stop else fail(BADARG)
    number = (stop - start + by) // by
    if (stop - start + by) * by < 0:
        fail(BADARG)
    return [start + at * by for at in range(count(number))]


@export("lists:duplicate(3,a)", idempotent=True)
def duplicate(number: Term, item: Term) -> Term:
    """A list that holds a term so many times."""
    return [item] * copies(integer(number, FUNCTION_CLAUSE, least=0), item)


@export("lists:sublist([a,b,c],2)", idempotent=True)
def sublist(term: Term, length: Term) -> Term:
    """At most so many items from the beginning of a list."""
    items, tail = parts(term)
    number = integer(length, FUNCTION_CLAUSE, least=0)
    if not is_list(term) or (number > len(items) and tail != []):
        fail(FUNCTION_CLAUSE)
    return items[:number]


@export("lists:sublist([a,b,c],2,2)", idempotent=True)
def sublist_from(term: Term, start: Term, length: Term) -> Term:
    """At most so many items of a list, from a position that counts from 1."""
    items, tail = parts(term)
    skipped = integer(start, FUNCTION_CLAUSE, least=1) - 1
    if skipped > len(items) or (skipped and not items):
        return tail if tail == [] else fail(FUNCTION_CLAUSE)
    return sublist(join(items[skipped:], tail), length)


@export("lists:split(1,[a,b])", idempotent=True)
def split(number: Term, term: Term) -> Term:
    """A list in two, the first with so many items."""
    items, tail = parts(term)
    at = integer(number, least=0)
    if not is_list(term) or (at > len(items) and tail == []):
        fail(BADARG)
    return (items[:at], join(items[at:], tail)) if at <= len(items) else fail(FUNCTION_CLAUSE)


@export("lists:flatten([a,[b,[c]]])", idempotent=True)
def flatten(term: Term, tail: Term = []) -> Term:  # noqa: B006 - terms are never changed
    """The items of a list and of the lists in it, then what follows."""
    return join(list(_leaves(term)), tail) if is_list(tail) else fail(FUNCTION_CLAUSE)


@export("lists:flatlength([a,[b,[c]]])", idempotent=True)
def flatlength(term: Term) -> Term:
    """How many items a list and the lists in it have."""
    return sum(1 for _ in _leaves(term))


def _leaves(term: Term) -> Iterator[Term]:
    stack = [cells(term)]
    while stack:
        for item in stack[-1]:
            if is_list(item):
                stack.append(cells(item))
                break
            yield item
        else:
            stack.pop()


@export("lists:join(x,[a,b])", idempotent=True)
def join_with(separator: Term, term: Term) -> Term:
    """A list with a term between its items."""
    items = list(cells(term))
    copies(len(items), separator)
    return [part for item in items for part in (separator, item)][1:]


@export("lists:enumerate([a,b])", idempotent=True)
def enumerate_from_1(term: Term) -> Term:
    """The items of a list with their positions, from 1."""
    return enumerate_from(1, term)


@export("lists:enumerate(0,[a,b])", idempotent=True)
def enumerate_from(first: Term, term: Term) -> Term:
    """The items of a list with their positions, from a number on."""
    return list(enumerate(cells(term), integer(first, FUNCTION_CLAUSE)))


@export("lists:uniq([a,b,a])", idempotent=True)
def uniq(term: Term) -> Term:
    """The items of a list, each once, where it comes first."""
    first: dict[object, Term] = {}
    for item in cells(term):
        first.setdefault(exact_key(item), item)
    return list(first.values())


@export("lists:zip([a,b],[1,2])", idempotent=True)
def zip_two(left: Term, right: Term) -> Term:
    """Pairs of the items of two lists of equal length."""
    return _zip(left, right)


@export("lists:zip3([a],[1],[x])", idempotent=True)
def zip_three(first: Term, second: Term, third: Term) -> Term:
    """Triples of the items of three lists of equal length."""
    return _zip(first, second, third)


def _zip(*terms: Term) -> Term:
    lists = [proper_list(term, FUNCTION_CLAUSE) for term in terms]
    return list(zip(*lists, strict=True)) if len({*map(len, lists)}) == 1 else fail(FUNCTION_CLAUSE)


@export("lists:unzip([{a,1},{b,2}])", idempotent=True)
def unzip(term: Term) -> Term:
    """The first and the second elements of pairs."""
    return _unzip(term, 2)


@export("lists:unzip3([{a,1,x}])", idempotent=True)
def unzip3(term: Term) -> Term:
    """The first, the second and the third elements of triples."""
    return _unzip(term, 3)


def _unzip(term: Term, size: int) -> Term:
    rows = list(cells(term))
    if any(not isinstance(row, tuple) or len(row) != size for row in rows):
        fail(FUNCTION_CLAUSE)
    return tuple([row[at] for row in rows] for at in range(size))
