"""`lists`: sorted and merged. Lists that are not sorted merge as they do in Erlang: the smallest head comes first."""

from collections.abc import Iterator
from heapq import merge
from itertools import groupby, pairwise
from operator import itemgetter
from typing import Any

from otp.export import export
from otp.stdlib.arguments import cells, fail, integer
from otp.stdlib.erlang.tuples import element
from otp.terms.cons import parts
from otp.terms.order import SortKey, sort_key
from otp.terms.types import BADARG, CASE_CLAUSE, FUNCTION_CLAUSE, Term


@export("lists:sort([b,a])", idempotent=True)
def sort(term: Term) -> Term:
    """The items of a list in the order of terms. Where 1 and 1.0 meet, a list that descends at first reverses them."""
    items = list(cells(term))
    return sorted(reversed(items) if len(items) > 3 and _descends(items) else items, key=sort_key)


def _descends(items: list[Any]) -> bool:
    return next((left > right for left, right in pairwise(map(sort_key, items)) if left != right), False)


@export("lists:usort([b,a,b])", idempotent=True)
def usort(term: Term) -> Term:
    """The items of a list in the order of terms, the first of equal ones alone."""
    return [next(equals) for _, equals in groupby(sorted(cells(term), key=sort_key), sort_key)]


@export("lists:keysort(1,[{b,1},{a,2}])", idempotent=True)
def keysort(position: Term, term: Term) -> Term:
    """Tuples in the order of the elements at a position."""
    return [row for _, row in _keyed(position, term)]


@export("lists:ukeysort(1,[{b,1},{a,2},{b,3}])", idempotent=True)
def ukeysort(position: Term, term: Term) -> Term:
    """Tuples in the order of the elements at a position, the first of equal ones alone."""
    return [next(equals)[1] for _, equals in groupby(_keyed(position, term), itemgetter(0))]


def _keyed(position: Term, term: Term) -> list[tuple[SortKey, Any]]:
    """The rows with their keys, sorted. A single row is not looked at."""
    integer(position, FUNCTION_CLAUSE, least=1)
    items, tail = parts(term)
    if len(items) > 1:
        return sorted(((sort_key(element(position, row)), row) for row in cells(term)), key=itemgetter(0))
    return [((), row) for row in items] if tail == [] else fail((CASE_CLAUSE, term))


@export("lists:merge([a,c],[b])", idempotent=True)
def merge_two(left: Term, right: Term) -> Term:
    """The items of two sorted lists, sorted."""
    if not parts(right)[0]:
        return left if right == [] else fail(FUNCTION_CLAUSE)
    return list(merge(*_endings(left, right), key=sort_key))


@export("lists:keymerge(1,[{a,1}],[{b,2}])", idempotent=True)
def keymerge(position: Term, left: Term, right: Term) -> Term:
    """The tuples of two lists that are sorted by the elements at a position, sorted."""
    integer(position, FUNCTION_CLAUSE, least=1)
    if not parts(right)[0]:
        return left if right == [] else fail((CASE_CLAUSE, right))
    element(position, parts(right)[0][0])
    return list(merge(*_endings(left, right), key=lambda row: sort_key(element(position, row))))


@export("lists:umerge([a,c],[a,b])", idempotent=True)
def umerge(left: Term, right: Term) -> Term:
    """The items of two sorted lists without duplicates, sorted, the first of equal ones alone."""
    if left == []:
        return right
    firsts, seconds = _endings(left, right)
    merged = merge(
        ((sort_key(item), True, item) for item in firsts),
        ((sort_key(item), False, item) for item in seconds),
        key=itemgetter(0),
    )
    start = ((), False, None)
    return [
        item
        for (last, after_left, _), (key, from_left, item) in pairwise((start, *merged))
        if from_left or not after_left or last != key
    ]


@export("lists:merge([[a,d],[b],[c]])", idempotent=True)
def merge_all(lists: Term) -> Term:
    """The items of sorted lists, sorted."""
    runs = [run for run in cells(lists) if run != []]
    while len(runs) > 1:
        runs = _flipped(_by_threes(_flipped(_by_threes(runs)), reverse=True))
    return runs[0] if runs else []


def _by_threes(runs: list[Any], reverse: bool = False) -> list[Any]:
    """Neighbours merged. Erlang goes forwards and then, largest first, backwards: lists that are not sorted show it."""
    threes = [runs[at : at + 3] for at in range(0, len(runs), 3)]
    return [list(merge(*_endings(*three), key=sort_key, reverse=reverse)) for three in threes]


def _flipped(runs: list[Any]) -> list[Any]:
    return [run[::-1] for run in reversed(runs)]


def _endings(*lists: Term) -> list[Iterator[Any]]:
    """The items of lists to merge. One that is not proper fits no clause; the last is a bad argument of `reverse`."""
    reasons = iter((*[FUNCTION_CLAUSE] * (len(lists) - 1), BADARG))

    def ending(term: Term) -> Iterator[Any]:
        items, tail = parts(term)
        yield from items
        reason = next(reasons)
        if tail != []:
            fail(reason)

    return list(map(ending, lists))
