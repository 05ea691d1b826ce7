"""`proplists`: lists of {Key,Value}; an atom stands for {Atom,true}."""

from collections.abc import Iterator

from otp.export import export
from otp.stdlib.arguments import cells
from otp.terms.cons import parts
from otp.terms.hash import portable_hash
from otp.terms.order import exact_equal
from otp.terms.types import BAD_GENERATOR, TRUE, UNDEFINED, Atom, Map, Term, exact_key

NONE = Atom("none")
_BUCKETS = 16
_BUCKET_LOAD = 5


def _entry(item: Term) -> tuple[Term, ...] | None:
    """The tuple that an item stands for; None when it stands for nothing."""
    if isinstance(item, Atom):
        return (item, TRUE)
    return item if isinstance(item, tuple) and item else None


def _entries(term: Term, key: Term) -> Iterator[tuple[Term, ...]]:
    for entry in map(_entry, cells(term)):
        if entry and exact_equal(entry[0], key):
            yield entry


@export("proplists:get_value(a,[{a,1}])", idempotent=True)
def get_value(key: Term, term: Term, default: Term = UNDEFINED) -> Term:
    """The value of a key, or the default."""
    entry = next(_entries(term, key), ())
    return entry[1] if len(entry) == 2 else default


@export("proplists:get_all_values(a,[{a,1},a])", idempotent=True)
def get_all_values(key: Term, term: Term) -> Term:
    """All values of a key."""
    return [entry[1] for entry in _entries(term, key) if len(entry) == 2]


@export("proplists:get_bool(a,[a])", idempotent=True)
def get_bool(key: Term, term: Term) -> bool:
    """Whether the value of a key is true."""
    entry = next(_entries(term, key), ())
    return len(entry) == 2 and exact_equal(entry[1], TRUE)


@export("proplists:is_defined(a,[a])", idempotent=True)
def is_defined(key: Term, term: Term) -> bool:
    """Whether there is a key."""
    return next(_entries(term, key), None) is not None


@export("proplists:lookup(a,[{a,1}])", idempotent=True)
def lookup(key: Term, term: Term) -> Term:
    """The first entry of a key, or none."""
    return next(_entries(term, key), NONE)


@export("proplists:lookup_all(a,[{a,1},a])", idempotent=True)
def lookup_all(key: Term, term: Term) -> Term:
    """All entries of a key."""
    return list(_entries(term, key))


@export("proplists:delete(a,[a,b])", idempotent=True)
def delete(key: Term, term: Term) -> Term:
    """The list without the entries of a key."""
    return [item for item in cells(term) if not exact_equal((_entry(item) or (item,))[0], key) or not _entry(item)]


@export("proplists:compact([{a,true}])", idempotent=True)
def compact(term: Term) -> Term:
    """The list with an atom for each {Atom,true}."""
    reason = (BAD_GENERATOR, parts(term)[1])
    return [_compacted(item) for item in cells(term, reason)]


def _compacted(item: Term) -> Term:
    match item:
        case (Atom() as key, Atom("true")):
            return key
    return item


@export("proplists:unfold([a])", idempotent=True)
def unfold(term: Term) -> Term:
    """The list with {Atom,true} for each atom."""
    return [(item, TRUE) if isinstance(item, Atom) else item for item in cells(term)]


@export("proplists:to_map([a,{b,1}])", idempotent=True)
def to_map(term: Term) -> Term:
    """The map of the first value of each key."""
    first: dict[object, tuple[Term, ...]] = {}
    for entry in filter(None, map(_entry, cells(term))):
        first.setdefault(exact_key(entry[0]), entry)
    return Map((entry[0], entry[1]) for entry in first.values() if len(entry) == 2)


@export("proplists:get_keys([a,{b,1}])", idempotent=True)
def get_keys(term: Term) -> Term:
    """All keys, each once, in the order of the buckets of `sets`."""
    keys = {exact_key(entry[0]): entry[0] for entry in map(_entry, cells(term)) if entry}.values()
    buckets = max(_BUCKETS, -(-len(keys) // _BUCKET_LOAD))
    most = 1 << (buckets - 1).bit_length()

    def slot(key: Term) -> int:
        number = portable_hash(key) % most
        return number if number < buckets else number - most // 2

    return sorted(keys, key=slot)
