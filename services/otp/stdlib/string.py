"""Erlang's `string`: functions on strings as a whole. Letters are grapheme clusters; a list gives a list, a binary a
binary."""

from collections.abc import Callable
from itertools import accumulate, islice

from otp.export import export
from otp.stdlib.arguments import BADARG, FUNCTION_CLAUSE, fail, integer, is_integer
from otp.stdlib.bounds import MAX_ITEMS, within
from otp.stdlib.cells import join
from otp.stdlib.string_text import Text, is_bad_byte, read
from otp.stdlib.string_text import is_empty as nothing_in
from otp.terms.types import FALSE, TRUE, Atom, ImproperList, Term

LEADING, TRAILING, BOTH, INFINITY = map(Atom, ("leading", "trailing", "both", "infinity"))
SPACE = ord(" ")


@export('string:is_empty("")', idempotent=True)
def is_empty(string: Term) -> bool:
    """Whether a string has no characters."""
    return nothing_in(string)


@export('string:length("abc")', idempotent=True)
def length(string: Term) -> int:
    """How many letters, marks counted with what they belong to."""
    return sum(1 for _ in read(string).graphemes())


@export('string:to_graphemes("abc")', idempotent=True)
def to_graphemes(string: Term) -> Term:
    """The letters as a list: a code point, or a list of code points for one with marks."""
    return read(string).letters()


@export('string:reverse("abc")', idempotent=True)
def reverse(string: Term) -> Term:
    """The letters from the last to the first."""
    return read(string).letters()[::-1]


@export('string:equal("abc","ABC",true)', idempotent=True)
def equal(left: Term, right: Term, ignore_case: Term = FALSE) -> bool:
    """Whether two strings are the same; with true, whatever the case of letters."""
    if type(ignore_case) is not Atom or ignore_case not in (TRUE, FALSE):
        fail(FUNCTION_CLAUSE)
    if ignore_case == TRUE:
        return left == right or _same(_folded(left), _folded(right), _refuse)
    if left == []:
        return nothing_in(right)
    return (
        left == right
        if isinstance(left, bytes) and isinstance(right, bytes)
        else _same(read(left), read(right), _unmatched)
    )


@export('string:slice("abcdef",2)', idempotent=True)
def slice_rest(string: Term, start: Term) -> Term:
    """The string without its first letters."""
    count = integer(start, FUNCTION_CLAUSE, least=0)
    if count == 0:
        return string
    text = read(string)
    ends = _ends(text, count)
    return text.rest(ends[-1]) if len(ends) > count else text.part(0, 0)


@export('string:slice("abcdef",2,3)', idempotent=True)
def slice(string: Term, start: Term, length: Term) -> Term:
    """So many letters from a place on, counted from 0; the length may be infinity."""
    if is_integer(length) and length == 0:
        return b"" if isinstance(string, bytes) else []
    if length == INFINITY:
        return slice_rest(string, start)
    skipped, count = integer(start, FUNCTION_CLAUSE, least=0), integer(length, FUNCTION_CLAUSE, least=1)
    text = read(string)
    ends = _ends(text, skipped + count)
    first, last = (ends[min(skipped, len(ends) - 1)], ends[-1])
    if not text.is_flat and skipped < len(ends) and isinstance(text.rest(first), bytes):
        return text.text[first:last].encode()  # from a binary that is a tail on
    kept = text.part(first, last)
    return kept if text.is_binary or text.is_flat else list(map(ord, text.text[first:last]))


@export('string:pad("abc",6,both,$*)', idempotent=True)
def pad(string: Term, length: Term, direction: Term = TRAILING, character: Term = SPACE) -> Term:
    """A string made longer with a character: trailing, leading or both."""
    size = integer(length, FUNCTION_CLAUSE)
    if direction not in (LEADING, TRAILING, BOTH):
        fail(FUNCTION_CLAUSE)
    missing = within(max(0, size - sum(1 for _ in read(string).graphemes())), MAX_ITEMS)
    within(missing * (len(character) if isinstance(character, (list, tuple, bytes)) else 1), MAX_ITEMS)
    if direction == LEADING:
        return [[character] * missing, string]
    if direction == TRAILING:
        return [string, *[character] * missing]
    half = [character] * (missing // 2)
    return [half, string, half, *[character] * (missing % 2)]


@export('string:uppercase("abc")', idempotent=True)
def uppercase(string: Term) -> Term:
    """All letters in upper case."""
    return _each(string, str.upper)


@export('string:lowercase("ABC")', idempotent=True)
def lowercase(string: Term) -> Term:
    """All letters in lower case."""
    return _each(string, str.lower)


@export('string:casefold("ABC")', idempotent=True)
def casefold(string: Term) -> Term:
    """All letters in the case in which strings are compared."""
    return _each(string, str.casefold)


@export('string:titlecase("abc")', idempotent=True)
def titlecase(string: Term) -> Term:
    """The first letter in title case."""
    text = read(string)
    if not text.text or (text.is_binary and is_bad_byte(text.text[0])):
        text.whole()
        return b"" if text.is_binary else []
    title, rest = text.text[0].title(), text.rest(1)
    if isinstance(rest, bytes):
        return title.encode() + rest if text.is_binary else [*map(ord, title), *([rest] if rest else [])]
    return join(map(ord, title), rest)


def _folded(term: Term) -> Text:
    text = read(term)
    return Text(term, "".join(map(str.casefold, text.text)), True, text.fault)


def _same(left: Text, right: Text, failed: Callable[[Text, Text, int], bool]) -> bool:
    """Whether two texts are the same; fails where one of them can be read no further and all before it is the same."""
    one, other = _readable(left), _readable(right)
    pairs = enumerate(zip(one, other, strict=False))
    at = next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))
    if (at == len(one) and left.fault) or (at == len(other) and right.fault):
        return failed(left, right, at)
    return one == other


def _readable(text: Text) -> str:
    """The text before the first byte that is no UTF-8."""
    if not text.is_binary or text.fault is None:
        return text.text
    return text.text[: next(at for at, character in enumerate(text.text) if is_bad_byte(character))]


def _refuse(left: Text, right: Text, at: int) -> bool:
    refused = left if left.fault and at == len(_readable(left)) else right
    return fail((BADARG, _unread(refused)))


def _unmatched(left: Text, right: Text, at: int) -> bool:
    if left.fault is None and left.rest(at) == []:
        return False  # Erlang only looks whether the right one is empty
    return fail((Atom("case_clause"), (_next(left, at), _next(right, at))))


def _next(text: Text, at: int) -> Term:
    """The text from a character on as `unicode_util:cp/1` gives it."""
    if at < len(_readable(text)):
        return join([ord(text.text[at])], text.rest(at + 1))
    return (Atom("error"), _unread(text)) if text.fault else []


def _unread(text: Text) -> Term:
    """The string from what cannot be read on."""
    fault = text.fault
    if fault is None or not isinstance(fault.reason, tuple):
        text.whole()
        return []
    rest: Term = fault.reason[1]
    return rest[0] if isinstance(rest, list) and len(rest) == 1 else rest


def _ends(text: Text, count: int) -> list[int]:
    """Where the first letters end, from 0 for none of them on."""
    return [0, *accumulate(map(len, islice(text.graphemes(), count)))]


def _each(string: Term, change: Callable[[str], str]) -> Term:
    """Character by character, so that no rule looks at those around it."""
    if not isinstance(string, (bytes, list, ImproperList)):
        fail((BADARG, string))
    text = read(string)
    changed = "".join(map(change, text.whole()))
    if changed == text.text and (text.is_flat or not changed):
        return string
    if text.is_binary:
        return changed.encode()
    return list(map(ord, changed))
