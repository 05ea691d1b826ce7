"""`lists`: lists made from numbers, from parts and from other lists."""

from collections.abc import Iterator
from itertools import chain

from otp.export import export
from otp.stdlib.arguments import cells, fail, integer, proper_list
from otp.stdlib.bounds import check_copies, check_count
from otp.stdlib.erlang import lists as erlang_lists
from otp.stdlib.erlang.conversions import codes_of, integer_to_list
from otp.stdlib.erlang.floats import text_by_options
from otp.terms.cons import is_list, join
from otp.terms.types import BADARG, FUNCTION_CLAUSE, Atom, Term


@export("lists:append([[a],[b]])", idempotent=True)
def append(lists: Term) -> Term:
    """The items of all lists of a list."""
    *heads, last = [*cells(lists)] or [[]]
    return join(chain.from_iterable(proper_list(head) for head in heads), last)


@export("lists:append([a],[b])", idempotent=True)
def append_two(left: Term, right: Term) -> Term:
    """The items of a list, then what follows."""
    return erlang_lists.append(left, right)


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


@export("lists:seq(1,5)", idempotent=True)
def seq(first: Term, last: Term) -> Term:
    """The integers from one to another."""
    start, stop = integer(first, FUNCTION_CLAUSE), integer(last, FUNCTION_CLAUSE)
    check_count(integer(stop - start + 1, FUNCTION_CLAUSE, least=0))
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
    return [start + at * by for at in range(check_count(number))]


@export("lists:duplicate(3,a)", idempotent=True)
def duplicate(number: Term, item: Term) -> Term:
    """A list that holds a term the given number of times."""
    return [item] * check_copies(integer(number, FUNCTION_CLAUSE, least=0), item)


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
    check_copies(len(items), separator)
    return [part for item in items for part in (separator, item)][1:]


@export("lists:enumerate([a,b])", idempotent=True)
def enumerate_from_1(term: Term) -> Term:
    """The items of a list with their positions, from 1."""
    return enumerate_from(1, term)


@export("lists:enumerate(0,[a,b])", idempotent=True)
def enumerate_from(first: Term, term: Term) -> Term:
    """The items of a list with their positions, from a number on."""
    return list(enumerate(cells(term), integer(first, FUNCTION_CLAUSE)))


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
