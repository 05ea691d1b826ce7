"""`string`: functions that look for a string in another."""

from collections.abc import Iterator

from otp.export import export
from otp.stdlib.arguments import Reason, fail
from otp.stdlib.bounds import MAX_SIZE, check_size
from otp.stdlib.chardata import decode
from otp.stdlib.string.text import ALL, LEADING, TRAILING, Text, is_empty, letter_at, read
from otp.terms.types import BADARG, BADMATCH, CASE_CLAUSE, FUNCTION_CLAUSE, NOMATCH, Atom, ImproperList, Term


@export('string:find("hello","l",trailing)', idempotent=True)
def find(string: Term, pattern: Term, direction: Term = LEADING) -> Term:
    """The string from the first (leading) or the last (trailing) place of a pattern on, or nomatch."""
    if pattern in ([], b""):
        return string
    if direction not in (LEADING, TRAILING):
        fail(FUNCTION_CLAUSE)
    needle, text = _needle(pattern, BADARG), _searched(string)
    places = list((_last if direction == TRAILING else _first)(text, needle))
    return text.rest(places[-1]) if places else NOMATCH


@export('string:prefix("hello","he")', idempotent=True)
def prefix(string: Term, start: Term) -> Term:
    """What follows a start of the string, or nomatch."""
    needle = _needle(start)
    if not needle:
        return string
    text = read(string)
    if text.text.startswith(needle) and _ends_letter(text, len(needle)):
        return text.rest(len(needle))
    if needle.startswith(text.text):
        text.whole()
    return NOMATCH


@export('string:split("a,b,c",",",all)', idempotent=True)
def split(string: Term, pattern: Term, where: Term = LEADING) -> list[Term]:
    """The parts before and after a pattern, of which the first (leading), the last (trailing) or all count."""
    if is_empty(pattern):
        return [string]
    needle, text = _needle(pattern), _searched(string)
    search = {LEADING: _first, TRAILING: _last}.get(where if type(where) is Atom else ALL, _places)
    places = list(search(text, needle))
    if not places:
        return [string]
    if where not in (LEADING, TRAILING, ALL):
        after = text.rest(places[0] + len(needle))
        fail((CASE_CLAUSE, where if text.is_binary else after))
    if where != ALL:
        return [text.part(0, places[-1]), text.rest(places[-1] + len(needle))]
    return list(text.parts(_between(places, len(needle), len(text.text))))


@export('string:replace("a,b,c",",",";",all)', idempotent=True)
def replace(string: Term, pattern: Term, replacement: Term, where: Term = LEADING) -> Term:
    """The parts of `split` with a replacement between."""
    parts = split(string, pattern, where)
    size = len(replacement) if isinstance(replacement, (bytes, list, tuple)) else 1
    check_size(size * (len(parts) - 1), MAX_SIZE)
    return [item for part in parts for item in (replacement, part)][1:]


def _needle(pattern: Term, reason: Reason = FUNCTION_CLAUSE) -> str:
    found = decode(pattern)
    return found.text if found.state == "whole" else fail(reason)


def _searched(string: Term) -> Text:
    """Whatever is not a list Erlang matches as a binary here."""
    return read(string) if isinstance(string, (bytes, list, ImproperList)) else fail((BADMATCH, string))


def _places(text: Text, needle: str) -> Iterator[int]:
    """Every place of a pattern that ends where a letter ends."""
    place = text.text.find(needle)
    while place >= 0:
        if _ends_letter(text, place + len(needle)):
            yield place
        place = text.text.find(needle, place + 1)
    if not text.is_binary:
        text.whole()


def _first(text: Text, needle: str) -> Iterator[int]:
    for place in _places(text, needle):
        yield place
        return


def _last(text: Text, needle: str) -> Iterator[int]:
    if not text.is_binary:
        text.whole()
    place = text.text.rfind(needle)
    while place >= 0 and not _ends_letter(text, place + len(needle)):
        place = text.text.rfind(needle, 0, place + len(needle) - 1)
    if place >= 0:
        yield place


def _between(places: list[int], length: int, end: int) -> Iterator[tuple[int, int]]:
    """What is before, between and after the places of a pattern that do not overlap."""
    start = 0
    for place in places:
        if place >= start:
            yield start, place
            start = place + length
    yield start, end


def _ends_letter(text: Text, end: int) -> bool:
    """Whether the character before a place is a letter by itself."""
    if end == len(text.text):
        if not text.is_binary:
            text.whole()
        return True
    return len(letter_at(text.text, end - 1)) == 1
