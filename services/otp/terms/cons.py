"""Lists as Erlang has them: cells of an item and what follows, which in a proper list is a list."""

from collections.abc import Iterable
from typing import Any

from otp.terms.types import ImproperList, Term


def is_list(term: Term) -> bool:
    """Whether it is a list, proper or not."""
    return isinstance(term, list | ImproperList)


def parts(term: Term) -> tuple[list[Any], Term]:
    """The items of a list and what follows them: `[]` of a proper list, the term itself when it is not a list."""
    if isinstance(term, list):
        return term, []
    if isinstance(term, ImproperList):
        return list(term.items), term.tail
    return [], term


def join(items: Iterable[Term], tail: Term) -> Term:
    """A list of items that goes on with a tail, as `++` gives it."""
    items = tuple(items)
    if not items:
        return tail
    more, end = parts(tail)
    return [*items, *more] if end == [] else ImproperList((*items, *more), end)
