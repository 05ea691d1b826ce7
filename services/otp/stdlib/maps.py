"""`maps`. Keys come in the order of terms, as Erlang has them up to 32 keys."""

from otp.export import export
from otp.stdlib.arguments import cells, fail, map_, proper_list
from otp.stdlib.bounds import check_copies
from otp.stdlib.erlang.maps import map_get
from otp.terms.cons import is_list
from otp.terms.order import sorted_items
from otp.terms.types import BADARG, ERROR, FUNCTION_CLAUSE, OK, Map, Term, exact_key


@export("maps:new()", idempotent=True)
def new() -> Term:
    """A map without keys."""
    return Map()


@export("maps:size(#{a=>1})", idempotent=True)
def size(term: Term) -> Term:
    """How many keys a map has."""
    return len(map_(term))


@export("maps:get(a,#{a=>1})", idempotent=True)
def get(key: Term, term: Term) -> Term:
    """The value of a key."""
    return map_get(key, term)


@export("maps:get(b,#{a=>1},none)", idempotent=True)
def get_default(key: Term, term: Term, default: Term) -> Term:
    """The value of a key, or the default."""
    pairs = map_(term)
    if key in pairs:
        return pairs[key]
    return default


@export("maps:find(a,#{a=>1})", idempotent=True)
def find(key: Term, term: Term) -> Term:
    """The value of a key as {ok,Value}, or error."""
    pairs = map_(term)
    return (OK, pairs[key]) if key in pairs else ERROR


@export("maps:is_key(a,#{a=>1})", idempotent=True)
def is_key(key: Term, term: Term) -> bool:
    """Whether a map has a key."""
    return key in map_(term)


@export("maps:keys(#{a=>1})", idempotent=True)
def keys(term: Term) -> Term:
    """The keys of a map."""
    return [key for key, _ in sorted_items(map_(term))]


@export("maps:values(#{a=>1})", idempotent=True)
def values(term: Term) -> Term:
    """The values of a map, in the order of its keys."""
    return [value for _, value in sorted_items(map_(term))]


@export("maps:to_list(#{a=>1})", idempotent=True)
def to_list(term: Term) -> Term:
    """The pairs of a map."""
    return sorted_items(map_(term))


@export("maps:from_list([{a,1}])", idempotent=True)
def from_list(term: Term) -> Term:
    """The map of pairs; of equal keys the last one wins."""
    pairs = proper_list(term)
    return Map(pairs) if all(isinstance(pair, tuple) and len(pair) == 2 for pair in pairs) else fail(BADARG)


@export("maps:from_keys([a,b],1)", idempotent=True)
def from_keys(term: Term, value: Term) -> Term:
    """The map that has one value for all keys."""
    names = proper_list(term)
    check_copies(len(names), value)
    return Map((key, value) for key in names)


@export("maps:put(b,2,#{a=>1})", idempotent=True)
def put(key: Term, value: Term, term: Term) -> Term:
    """The map with a key and its value."""
    return Map((*map_(term).items(), (key, value)))


@export("maps:update(a,2,#{a=>1})", idempotent=True)
def update(key: Term, value: Term, term: Term) -> Term:
    """The map with another value for a key it has."""
    map_get(key, term)
    return put(key, value, term)


@export("maps:remove(a,#{a=>1})", idempotent=True)
def remove(key: Term, term: Term) -> Term:
    """The map without a key."""
    return _without(map_(term), [key])


@export("maps:take(a,#{a=>1})", idempotent=True)
def take(key: Term, term: Term) -> Term:
    """The value of a key and the map without it, or error."""
    pairs = map_(term)
    return (pairs[key], _without(pairs, [key])) if key in pairs else ERROR


@export("maps:merge(#{a=>1},#{b=>2})", idempotent=True)
def merge(left: Term, right: Term) -> Term:
    """The pairs of both maps; of equal keys the second map's wins."""
    return Map((*map_(left).items(), *map_(right).items()))


@export("maps:intersect(#{a=>1},#{a=>2})", idempotent=True)
def intersect(left: Term, right: Term) -> Term:
    """The pairs of the second map whose keys the first has too."""
    first, second = map_(left), map_(right)
    return Map((key, value) for key, value in second.items() if key in first)


@export("maps:with([a],#{a=>1,b=>2})", idempotent=True)
def with_(names: Term, term: Term) -> Term:
    """The map with these keys alone."""
    pairs = map_(term)
    return Map((key, pairs[key]) for key in _names(names) if key in pairs)


@export("maps:without([a],#{a=>1,b=>2})", idempotent=True)
def without(names: Term, term: Term) -> Term:
    """The map without these keys."""
    return _without(map_(term), _names(names))


def _names(names: Term) -> list[Term]:
    return list(cells(names, FUNCTION_CLAUSE)) if is_list(names) else fail(BADARG)


def _without(term: Map, names: list[Term]) -> Map:
    unwanted = set(map(exact_key, names))
    return Map((key, value) for key, value in term.items() if exact_key(key) not in unwanted)
