"""`erlang`: maps."""

from otp.export import export
from otp.stdlib.arguments import fail, map_
from otp.terms.types import Atom, Term


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
