"""`string`: functions that look for letters of a set, each a code point or a list of them."""

from collections.abc import Iterator

from otp.errors import Failure
from otp.export import export
from otp.stdlib.arguments import fail, integer, is_integer
from otp.stdlib.string.text import BOTH, LEADING, TRAILING, Text, is_bad_byte, letter_at, lexeme_of, read
from otp.terms.cons import join
from otp.terms.types import BADARG, BADMATCH, FUNCTION_CLAUSE, ImproperList, Term

WHITESPACE: list[Term] = [[13, 10], 9, 10, 11, 12, 13, 32, 133, 8206, 8207, 8232, 8233]


@export('string:trim("  abc ",both," ")', idempotent=True)
def trim(string: Term, direction: Term = BOTH, letters: Term = WHITESPACE) -> Term:
    """The string without white space, or letters of a set, at its start (leading), its end (trailing) or both."""
    if letters == []:
        return string
    if isinstance(letters, ImproperList) and direction in (LEADING, BOTH):
        return string if string == [] and direction == LEADING else fail(BADARG)
    if not isinstance(letters, (list, ImproperList)) or direction not in (LEADING, TRAILING, BOTH):
        fail(FUNCTION_CLAUSE)
    text = read(string)
    start, end = _trimmed(text, letters, direction)
    if direction == LEADING or text.is_flat:
        return text.rest(start) if end == len(text.text) else text.part(start, end)
    pieces = next(text.pieces([(start, end)]))[0]
    return join(pieces[:-1], pieces[-1]) if pieces and isinstance(pieces[-1], bytes) else pieces


@export('string:chomp("abc\\n")', idempotent=True)
def chomp(string: Term) -> Term:
    """The string without line ends at its end."""
    return trim(string, TRAILING, [[13, 10], 10])


@export('string:lexemes("a b  c"," ")', idempotent=True)
def lexemes(string: Term, separators: Term) -> Term:
    """The parts between letters of a set, empty ones left out."""
    if string == [] or separators == []:
        return [] if string == [] else [string]
    text = _parted(string, separators)
    return [lexeme_of(*pieces) for pieces in text.pieces(_lexemes(text, separators))]


@export('string:nth_lexeme("a b  c",2," ")', idempotent=True)
def nth_lexeme(string: Term, number: Term, separators: Term) -> Term:
    """One of the parts between letters of a set, counted from 1; empty when there are fewer."""
    if separators == [] and is_integer(number) and number == 1:
        return string
    wanted = integer(number, FUNCTION_CLAUSE, least=1)
    text = _parted(string, separators)
    if separators == [] and text.is_binary:
        fail(BADARG)
    parts = list(_lexemes(text, separators))
    places = parts[wanted - 1] if wanted <= len(parts) else (0, 0)
    return lexeme_of(*next(text.pieces([places])))


def _set(letters: Term) -> set[str]:
    """The letters of a set, each a code point or a list of them."""
    if not isinstance(letters, list):
        fail(FUNCTION_CLAUSE)
    found = set()
    for letter in letters:
        if not is_integer(letter) and not read(letter).whole():
            fail((BADMATCH, []))
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
        letter = letter_at(text, at)
        if letter in wanted:
            yield at, at + len(letter)
        at += len(letter)


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
