"""`ordsets`: sets as sorted lists; items are compared by value, so 1 is 1.0."""

from collections.abc import Iterator
from itertools import pairwise

from otp.export import export
from otp.stdlib.arguments import cells, fail, proper_list
from otp.stdlib.lists.sorting import usort
from otp.terms.cons import join, parts
from otp.terms.order import SortKey, sort_key
from otp.terms.types import FUNCTION_CLAUSE, Term

FIRST, SECOND, BOTH = range(3)


def _walk(left: Term, right: Term, switch: bool = False) -> Iterator[tuple[int, Term]]:
    """Both sets side by side: each item, and which has it. With `switch` they change places after the second's turn."""
    firsts, end = _stack(left)
    seconds, other_end = _stack(right)
    while firsts and seconds:
        if firsts[-1][0] < seconds[-1][0]:
            yield FIRST, firsts.pop()[1]
        elif firsts[-1][0] > seconds[-1][0]:
            yield SECOND, seconds.pop()[1]
            if switch:
                firsts, end, seconds, other_end = seconds, other_end, firsts, end
        else:
            seconds.pop()
            yield BOTH, firsts.pop()[1]
    if (firsts or end != []) and (seconds or other_end != []):
        fail(FUNCTION_CLAUSE)
    yield from ((FIRST, item) for _, item in reversed(firsts))
    yield from ((SECOND, item) for _, item in reversed(seconds))


def _stack(term: Term) -> tuple[list[tuple[SortKey, Term]], Term]:
    """The items of a set, the next on top, and what follows them."""
    items, tail = parts(term)
    return [(sort_key(item), item) for item in reversed(items)], tail


def _place(item: Term, term: Term) -> tuple[int, bool]:
    """Where an item belongs in a set, and whether it is there."""
    key, at = sort_key(item), 0
    for at, other in enumerate(map(sort_key, cells(term))):
        if key <= other:
            return at, key == other
    return len(parts(term)[0]), False


@export("ordsets:new()", idempotent=True)
def new() -> Term:
    """The empty set."""
    return []


@export("ordsets:from_list([b,a,b])", idempotent=True)
def from_list(term: Term) -> Term:
    """The set of the items of a list."""
    return usort(term)


@export("ordsets:to_list([a,b])", idempotent=True)
def to_list(term: Term) -> Term:
    """The items of a set."""
    return term


@export("ordsets:size([a,b])", idempotent=True)
def size(term: Term) -> Term:
    """How many items a set has."""
    return len(proper_list(term))


@export("ordsets:is_set([a,b])", idempotent=True)
def is_set(term: Term) -> bool:
    """Whether it is a sorted list without duplicates."""
    if not parts(term)[0]:
        return term == []
    return all(one < other for one, other in pairwise(map(sort_key, cells(term))))


@export("ordsets:is_element(a,[a,b])", idempotent=True)
def is_element(item: Term, term: Term) -> bool:
    """Whether a set has an item."""
    return _place(item, term)[1]


@export("ordsets:add_element(a,[b])", idempotent=True)
def add_element(item: Term, term: Term) -> Term:
    """The set with an item."""
    (at, found), (items, tail) = _place(item, term), parts(term)
    return term if found else join([*items[:at], item, *items[at:]], tail)


@export("ordsets:del_element(a,[a,b])", idempotent=True)
def del_element(item: Term, term: Term) -> Term:
    """The set without an item."""
    (at, found), (items, tail) = _place(item, term), parts(term)
    return join(items[:at] + items[at + 1 :], tail) if found else term


@export("ordsets:union([a],[b])", idempotent=True)
def union(left: Term, right: Term) -> Term:
    """The items of both sets."""
    (_, end), (_, other_end) = parts(left), parts(right)
    return join([item for _, item in _walk(left, right, switch=True)], other_end if end == [] else end)


@export("ordsets:intersection([a,b],[b])", idempotent=True)
def intersection(left: Term, right: Term) -> Term:
    """The items that both sets have."""
    return [item for owner, item in _walk(left, right, switch=True) if owner == BOTH]


@export("ordsets:is_disjoint([a],[b])", idempotent=True)
def is_disjoint(left: Term, right: Term) -> bool:
    """Whether two sets have no item in common."""
    return all(owner != BOTH for owner, _ in _walk(left, right, switch=True))


@export("ordsets:subtract([a,b],[b])", idempotent=True)
def subtract(left: Term, right: Term) -> Term:
    """The items of the first set that the second does not have."""
    return join([item for owner, item in _walk(left, right) if owner == FIRST], parts(left)[1])


@export("ordsets:is_subset([a],[a,b])", idempotent=True)
def is_subset(left: Term, right: Term) -> bool:
    """Whether the second set has all items of the first."""
    return all(owner != FIRST for owner, _ in _walk(left, right)) and parts(left)[1] == []
