"""`string`: strings counted, cut and filled letter by letter. A letter is a grapheme cluster."""

import sys
from itertools import accumulate, islice

from otp.export import export
from otp.stdlib.arguments import fail, integer, is_integer
from otp.stdlib.bounds import MAX_ITEMS, check_size
from otp.stdlib.string.text import BOTH, LEADING, TRAILING, Text, read
from otp.stdlib.string.text import is_empty as nothing_in
from otp.terms.types import FUNCTION_CLAUSE, INFINITY, Term

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
    """The given number of letters from a position that counts from 0; the length may be infinity."""
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
    missing = check_size(max(0, size - sum(1 for _ in read(string).graphemes())), MAX_ITEMS)
    check_size(missing * (len(character) if isinstance(character, (list, tuple, bytes)) else 1), MAX_ITEMS)
    if direction == LEADING:
        return [[character] * missing, string]
    if direction == TRAILING:
        return [string, *[character] * missing]
    half = [character] * (missing // 2)
    return [half, string, half, *[character] * (missing % 2)]


def _ends(text: Text, count: int) -> list[int]:
    """Where the first letters end, from 0 for none of them on."""
    return [0, *accumulate(map(len, islice(text.graphemes(), min(count, sys.maxsize))))]
