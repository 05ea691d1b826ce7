"""Erlang's `string`: functions that look for a string in another, or for letters of a set."""

from collections.abc import Iterator

from erlang_docker.errors import Failure
from erlang_docker.functions.arguments import BADARG, FUNCTION_CLAUSE, Reason, fail, integer, is_integer
from erlang_docker.functions.bounds import MAX_SIZE, within
from erlang_docker.functions.export import export
from erlang_docker.functions.stdlib.cells import join
from erlang_docker.functions.stdlib.chardata import decode
from erlang_docker.functions.stdlib.string_text import Text, is_bad_byte, is_empty, lexeme_of, read
from erlang_docker.terms.graphemes import grapheme_at
from erlang_docker.terms.types import Atom, ImproperList, Term

LEADING, TRAILING, BOTH, ALL, NOMATCH = map(Atom, ("leading", "trailing", "both", "all", "nomatch"))
WHITESPACE: list[Term] = [[13, 10], 9, 10, 11, 12, 13, 32, 133, 8206, 8207, 8232, 8233]


@export('string:find("hello","l",trailing)', module="string", idempotent=True)
def find(string: Term, pattern: Term, direction: Term = LEADING) -> Term:
    """The string from where a pattern first (leading) or last (trailing) is on, or nomatch."""
    if pattern in ([], b""):
        return string
    if direction not in (LEADING, TRAILING):
        fail(FUNCTION_CLAUSE)
    needle, text = _needle(pattern, BADARG), _searched(string)
    places = list((_last if direction == TRAILING else _first)(text, needle))
    return text.rest(places[-1]) if places else NOMATCH


@export('string:prefix("hello","he")', module="string", idempotent=True)
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


@export('string:split("a,b,c",",",all)', module="string", idempotent=True)
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
        fail((Atom("case_clause"), where if text.is_binary else after))
    if where != ALL:
        return [text.part(0, places[-1]), text.rest(places[-1] + len(needle))]
    return list(text.parts(_between(places, len(needle), len(text.text))))


@export('string:replace("a,b,c",",",";",all)', module="string", idempotent=True)
def replace(string: Term, pattern: Term, replacement: Term, where: Term = LEADING) -> Term:
    """The parts of `split` with a replacement between."""
    parts = split(string, pattern, where)
    size = len(replacement) if isinstance(replacement, (bytes, list, tuple)) else 1
    within(size * (len(parts) - 1), MAX_SIZE)
    return [item for part in parts for item in (replacement, part)][1:]


@export('string:trim("  abc ",both," ")', module="string", idempotent=True)
def trim(string: Term, direction: Term = BOTH, letters: Term = WHITESPACE) -> Term:
    """The string without white space, or letters of a set, at its start (leading), its end (trailing) or both."""
    if letters == []:
        return string
    if not isinstance(letters, (list, ImproperList)) or direction not in (LEADING, TRAILING, BOTH):
        fail(FUNCTION_CLAUSE)
    text = read(string)
    start, end = _trimmed(text, letters, direction)
    if direction == LEADING or text.is_flat:
        return text.rest(start) if end == len(text.text) else text.part(start, end)
    pieces = next(text.pieces([(start, end)]))[0]
    return join(pieces[:-1], pieces[-1]) if pieces and isinstance(pieces[-1], bytes) else pieces


@export('string:chomp("abc\\n")', module="string", idempotent=True)
def chomp(string: Term) -> Term:
    """The string without line ends at its end."""
    return trim(string, TRAILING, [[13, 10], 10])


@export('string:lexemes("a b  c"," ")', module="string", idempotent=True)
def lexemes(string: Term, separators: Term) -> Term:
    """The parts between letters of a set, empty ones left out."""
    if string == [] or separators == []:
        return [] if string == [] else [string]
    text = _parted(string, separators)
    return [lexeme_of(*pieces) for pieces in text.pieces(_lexemes(text, separators))]


@export('string:nth_lexeme("a b  c",2," ")', module="string", idempotent=True)
def nth_lexeme(string: Term, number: Term, separators: Term) -> Term:
    """One of the parts between letters of a set, counted from 1; empty when there are less."""
    if separators == [] and is_integer(number) and number == 1:
        return string
    wanted = integer(number, FUNCTION_CLAUSE, least=1)
    text = _parted(string, separators)
    if separators == [] and text.is_binary:
        fail(BADARG)
    parts = list(_lexemes(text, separators))
    places = parts[wanted - 1] if wanted <= len(parts) else (0, 0)
    return lexeme_of(*next(text.pieces([places])))


def _needle(pattern: Term, reason: Reason = FUNCTION_CLAUSE) -> str:
    found = decode(pattern)
    return found.text if found.state == "whole" else fail(reason)


def _searched(string: Term) -> Text:
    """What is no string Erlang takes for a binary here."""
    return read(string) if isinstance(string, (bytes, list, ImproperList)) else fail((Atom("badmatch"), string))


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
    return len(_letter(text.text, end - 1)) == 1


def _set(letters: Term) -> set[str]:
    """The letters of a set, each a code point or a list of them."""
    if not isinstance(letters, list):
        fail(FUNCTION_CLAUSE)
    found = set()
    for letter in letters:
        if not is_integer(letter) and not read(letter).whole():
            fail((Atom("badmatch"), []))
        if isinstance(letter, (int, list)):
            found.add(read([letter]).whole())
    return found


def _trimmed(text: Text, letters: Term, direction: Term) -> tuple[int, int]:
    start, end = 0, len(text.text)
    wanted = _set(letters)
    if direction != TRAILING:
        for letter in text.graphemes():
            if letter not in wanted:
                break
            start += len(letter)
    if direction != LEADING:
        if not text.is_binary:
            text.whole()
        end = _before_separators(text.text[start:], wanted) + start
    return start, end


def _before_separators(text: str, wanted: set[str]) -> int:
    """Where the separators that the text ends with start."""
    start, end = len(text), -1
    for first, last in _separators(text, wanted):
        start, end = (start if first == end else first), last
    return start if end == len(text) else len(text)


def _separators(text: str, wanted: set[str]) -> Iterator[tuple[int, int]]:
    """Where letters of a set are. As Erlang, only a character that one of them starts with is looked at as a letter."""
    starts = {letter[0] for letter in wanted}
    at = 0
    while at < len(text):
        if text[at] not in starts:
            at += 1
            continue
        letter = _letter(text, at)
        if letter in wanted:
            yield at, at + len(letter)
        at += len(letter)


def _letter(text: str, at: int) -> str:
    following = text[at + 1 : at + 2]
    if following >= "\u0100":
        return grapheme_at(text, at)
    return "\r\n" if text[at] == "\r" and following == "\n" else text[at]


def _parted(string: Term, separators: Term) -> Text:
    if not isinstance(separators, (list, ImproperList)):
        fail(FUNCTION_CLAUSE)
    text = read(string)
    if not text.is_binary:
        text.whole()
    return text


def _lexemes(text: Text, separators: Term) -> Iterator[tuple[int, int]]:
    end = 0
    for first, last in [*_separators(text.text, _set(separators)), (len(text.text), 0)]:
        if first > end:
            if text.is_binary and is_bad_byte(text.text[end]):
                raise Failure("error", (BADARG, text.rest(end)))
            yield end, first
        end = last
