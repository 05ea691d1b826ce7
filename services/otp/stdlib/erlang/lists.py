"""`erlang`: lists."""

from collections import Counter

from otp.export import export
from otp.stdlib.arguments import fail, proper_list
from otp.terms.cons import join, parts
from otp.terms.types import BADARG, Term, exact_key


@export("erlang:hd([a,b])", idempotent=True)
def hd(term: Term) -> Term:
    """The first item of a list."""
    items, _ = parts(term)
    first: Term = items[0] if items else fail(BADARG)
    return first


@export("erlang:tl([a,b])", idempotent=True)
def tl(term: Term) -> Term:
    """A list without its first item."""
    items, tail = parts(term)
    return join(items[1:], tail) if items else fail(BADARG)


@export("erlang:length([a,b])", idempotent=True)
def length(term: Term) -> Term:
    """How many items a list has."""
    return len(proper_list(term))


@export("erlang:'++'([a],[b])", idempotent=True)
def append(left: Term, right: Term) -> Term:
    """The items of a list, then what follows."""
    return join(proper_list(left), right)


@export("erlang:'--'([a,b,a],[a])", idempotent=True)
def subtract(left: Term, right: Term) -> Term:
    """A list without the first occurrence of each item of another."""
    items, unwanted = proper_list(left), Counter(map(exact_key, proper_list(right)))
    kept = []
    for item in items:
        key = exact_key(item)
        if unwanted[key]:
            unwanted[key] -= 1
        else:
            kept.append(item)
    return kept
