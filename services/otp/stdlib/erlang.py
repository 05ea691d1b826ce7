"""`erlang`: lists and maps, and the three ways to fail. The other functions of `erlang` have modules by subject."""

from collections import Counter

from otp.errors import Failure
from otp.export import export
from otp.stdlib.arguments import BADARG, fail, map_, proper_list
from otp.stdlib.cells import join, parts
from otp.terms.types import Atom, Term, exact_key


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


@export("erlang:map_get(a,#{a=>1})", idempotent=True)
def map_get(key: Term, term: Term) -> Term:
    """The value of a key in a map."""
    pairs = map_(term)
    return pairs[key] if key in pairs else fail((Atom("badkey"), key))


@export("erlang:map_size(#{a=>1})", idempotent=True)
def map_size(term: Term) -> Term:
    """How many keys a map has."""
    return len(map_(term))


@export("erlang:is_map_key(a,#{a=>1})", idempotent=True)
def is_map_key(key: Term, term: Term) -> bool:
    """Whether a map has a key."""
    return key in map_(term)


@export("erlang:error(reason)", idempotent=True)
def error(reason: Term) -> Term:
    """Fail with an error."""
    raise Failure("error", reason)


@export("erlang:exit(reason)", idempotent=True)
def exit_(reason: Term) -> Term:
    """Fail with an exit."""
    raise Failure("exit", reason)


@export("erlang:throw(value)", idempotent=True)
def throw(value: Term) -> Term:
    """Throw a value."""
    raise Failure("throw", value)
