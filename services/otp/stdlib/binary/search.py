"""`binary`: patterns in binaries. A pattern is a binary or a list of them, none empty; the longest wins."""

from collections.abc import Iterator
from heapq import heapify, heapreplace
from itertools import islice

from otp.export import export
from otp.stdlib.arguments import binary, fail, integer, is_integer, proper_list
from otp.stdlib.binary.bytes import cut
from otp.stdlib.bounds import MAX_SIZE, check_size
from otp.terms.types import BADARG, NOMATCH, Atom, Term

_NO_OPTIONS: list[Term] = []
GLOBAL, TRIM, TRIM_ALL, SCOPE, INSERT_REPLACED = map(Atom, ("global", "trim", "trim_all", "scope", "insert_replaced"))


@export('binary:match(<<"abcabc">>,[<<"b">>,<<"bc">>])', idempotent=True)
def match(subject: Term, pattern: Term) -> Term:
    """Where a pattern is first, as {Position,Length}, or nomatch."""
    data = binary(subject)  # in an empty one, Erlang does not look at the pattern
    return next(_search(data, _patterns(pattern)), NOMATCH) if data else NOMATCH


@export('binary:matches(<<"abcabc">>,<<"b">>)', idempotent=True)
def matches(subject: Term, pattern: Term) -> Term:
    """Where a pattern is, as a list of {Position,Length}."""
    data = binary(subject)
    return list(_search(data, _patterns(pattern))) if data else []


@export('binary:split(<<"a,b">>,<<",">>,[global,trim])', idempotent=True)
def split(subject: Term, pattern: Term, options: Term = _NO_OPTIONS) -> Term:
    """The parts between what matches: options are global, trim, trim_all and {scope,{Position,Length}}."""
    data, flags = binary(subject), _options(options, {GLOBAL, TRIM, TRIM_ALL}, {SCOPE})
    parts, end = [], 0
    for start, length in _found(data, pattern, flags):
        parts.append(data[end:start])
        end = start + length
    parts.append(data[end:])
    if TRIM_ALL in flags:
        return [item for item in parts if item]
    while TRIM in flags and parts and not parts[-1]:
        parts.pop()
    return parts


@export('binary:replace(<<"a,b">>,<<",">>,<<"; ">>,[global])', idempotent=True)
def replace(subject: Term, pattern: Term, replacement: Term, options: Term = _NO_OPTIONS) -> Term:
    """The binary with what matches replaced: options are global, {scope,Part} and {insert_replaced,Positions}."""
    data, flags = binary(subject), _options(options, {GLOBAL}, {SCOPE, INSERT_REPLACED})
    inserted = binary(replacement)
    pieces = _pieces(inserted, flags.get(INSERT_REPLACED, []))
    found = list(_found(data, pattern, flags))
    check_size(sum((len(pieces) - 1) * length + len(inserted) for _, length in found), MAX_SIZE)
    result, end = bytearray(), 0
    for start, length in found:
        result += data[end:start] + data[start : start + length].join(pieces)
        end = start + length
    return bytes(result + data[end:])


def _patterns(term: Term) -> list[bytes]:
    patterns = [term] if isinstance(term, bytes) else [binary(item) for item in proper_list(term)]
    return patterns if patterns and all(patterns) else fail(BADARG)


def _options(options: Term, flags: set[Atom], pairs: set[Atom]) -> dict[Atom, Term]:
    given: dict[Atom, Term] = {}
    for option in proper_list(options):
        if type(option) is Atom and option in flags:
            given[option] = option
        elif isinstance(option, tuple) and len(option) == 2 and type(option[0]) is Atom and option[0] in pairs:
            given[option[0]] = option[1]
        else:
            fail(BADARG)
    return given


def _found(data: bytes, pattern: Term, flags: dict[Atom, Term]) -> Iterator[tuple[int, int]]:
    """All matches, or the first alone, within the scope."""
    searched, offset = data, 0
    if SCOPE in flags:
        scope = flags[SCOPE]
        position, length = scope if isinstance(scope, tuple) and len(scope) == 2 else fail(BADARG)
        searched, offset = cut(data, position, length), min(position, position + length)
    if not data:
        return iter(())
    found = _search(searched, _patterns(pattern))
    return ((start + offset, length) for start, length in (found if GLOBAL in flags else islice(found, 1)))


def _search(data: bytes, patterns: list[bytes]) -> Iterator[tuple[int, int]]:
    """Every match after the end of the one before. A heap keeps where each pattern is next."""
    nexts = [(start, -len(pattern), pattern) for pattern in set(patterns) if (start := data.find(pattern)) >= 0]
    heapify(nexts)
    end = 0
    while nexts and nexts[0][0] < len(data):
        start, length, pattern = nexts[0]
        if start >= end:
            end = start - length
            yield (start, -length)
        following = data.find(pattern, end)
        heapreplace(nexts, (following if following >= 0 else len(data), length, pattern))


def _pieces(replacement: bytes, positions: Term) -> list[bytes]:
    """The replacement cut where what is replaced goes in."""
    cuts = [positions] if is_integer(positions) else sorted(integer(item) for item in proper_list(positions))
    ends = [integer(cut, least=0, most=len(replacement)) for cut in cuts]
    return [replacement[start:end] for start, end in zip([0, *ends], [*ends, len(replacement)], strict=True)]
