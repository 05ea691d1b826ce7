"""A string as `string` sees it: its text as far as it can be read, and how Erlang fails when it reads further."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from otp.errors import Failure
from otp.stdlib.arguments import fail, integer, is_integer
from otp.stdlib.chardata import MAX_CHARACTER, SURROGATES, decode
from otp.stdlib.string.chardata_cursor import closed, in_binary, opened, skip, walk
from otp.terms.graphemes import grapheme_at, graphemes
from otp.terms.types import BADARG, FUNCTION_CLAUSE, Atom, ImproperList, Term

# Where in a string to work: arguments of several functions.
LEADING, TRAILING, BOTH, ALL = map(Atom, ("leading", "trailing", "both", "all"))

_NO_CHARACTER = "\U0010ffff"
"""Stands in a text for an integer that is not a code point."""


@dataclass(frozen=True, slots=True)
class Text:
    """`fault`: what reading past the text fails with; bytes that are not UTF-8 stay in the text as lone surrogates."""

    source: Any
    text: str
    is_flat: bool
    fault: Failure | None = None

    @property
    def is_binary(self) -> bool:
        return isinstance(self.source, bytes)

    def rest(self, start: int) -> Term:
        """The string from a character on: a binary, a list, or of a deep list what Erlang shares of it."""
        if self.is_binary:
            return _bytes(self.text[start:])
        return closed(skip(opened(self.source), start)) if start else self.source

    def part(self, start: int, end: int) -> Term:
        """The characters from a place to another."""
        return next(self.parts([(start, end)]))

    def parts(self, places: Iterable[tuple[int, int]]) -> Iterator[Term]:
        """Several parts, from the first to the last."""
        return (part_of(pieces) for pieces, _ in self.pieces(places))

    def pieces(self, places: Iterable[tuple[int, int]]) -> Iterator[tuple[Any, bool]]:
        """Several parts: a binary, or a list of characters and of what is in binaries; and whether it ends in one."""
        if self.is_binary:
            yield from ((_bytes(self.text[start:end]), False) for start, end in places)
        elif self.is_flat:
            yield from ((self.source[start:end], False) for start, end in places)
        else:
            yield from self._pieces(places)

    def _pieces(self, places: Iterable[tuple[int, int]]) -> Iterator[tuple[Any, bool]]:
        at, rest = 0, opened(self.source)
        for start, end in places:
            rest = skip(rest, start - at)
            pieces: list[Any] = []
            for taken, left in walk(rest, end - start):
                pieces += [taken] if isinstance(taken, bytes) else taken
                rest = left
            yield pieces, in_binary(rest)
            at = end

    def whole(self) -> str:
        """The text; fails where it ends before the string does."""
        if self.fault is not None:
            raise self.fault
        return self.text

    def graphemes(self) -> Iterator[str]:
        """Its grapheme clusters; in a list, the one before an unreadable item cannot be determined either."""
        if self.fault is None:
            return graphemes(self.text)
        return self._graphemes_to_fault(self.fault)

    def letters(self) -> list[Term]:
        """The clusters as Erlang has them: a code point, or a list of several."""
        codes = self.source if self.is_flat and not self.is_binary else list(map(ord, self.text))
        found, start = [], 0
        for cluster in self.graphemes():
            end = start + len(cluster)
            found.append(codes[start] if end == start + 1 else codes[start:end])
            start = end
        return found

    def _graphemes_to_fault(self, fault: Failure) -> Iterator[str]:
        at = 0
        for cluster in graphemes(self.text):
            at += len(cluster)
            if self.is_binary and is_bad_byte(cluster[0]):
                break
            if not self.is_binary and at == len(self.text):
                break
            yield cluster
        raise fault


def read(term: Term) -> Text:
    """A string, a binary of UTF-8 or a deep list; `function_clause` for anything else."""
    if isinstance(term, bytes):
        text = term.decode("utf-8", "surrogateescape")
        bad = (
            None if text.isascii() else next((at for at, character in enumerate(text) if is_bad_byte(character)), None)
        )
        return Text(term, text, True, None if bad is None else Failure("error", (BADARG, _bytes(text[bad:]))))
    if isinstance(term, list) and all(map(is_integer, term)):
        return Text(term, _characters(term), True)
    return _deep(term) if isinstance(term, (list, ImproperList)) else fail(FUNCTION_CLAUSE)


def part_of(pieces: Any) -> Term:
    """A part of a string: a binary alone as it is."""
    alone: Term = (
        pieces[0] if isinstance(pieces, list) and len(pieces) == 1 and isinstance(pieces[0], bytes) else pieces
    )
    return alone


def lexeme_of(pieces: Any, in_binary: bool) -> Term:
    """A part as `string:lexemes/2` puts it together: what was before the binary it ends in is a list of its own."""
    if not in_binary or len(pieces) < 2 or not isinstance(pieces[-1], bytes):
        return part_of(pieces)
    *before, last = pieces
    if len(before) > 1 or not is_integer(before[0]):
        return [before, last]
    code = integer(before[0], least=0, most=MAX_CHARACTER)
    whole: bytes = (fail(BADARG) if code in SURROGATES else chr(code).encode()) + last
    return whole


def letter_at(text: str, at: int) -> str:
    """The cluster that starts at a place."""
    following = text[at + 1 : at + 2]
    if following >= "\u0100":
        return grapheme_at(text, at)
    return "\r\n" if text[at] == "\r" and following == "\n" else text[at]


def is_bad_byte(character: str) -> bool:
    """Whether a character of the text of a binary is a byte that is not UTF-8."""
    return "\udc80" <= character <= "\udcff"


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _characters(codes: list[int]) -> str:
    try:
        return "".join(map(chr, codes))
    except (ValueError, OverflowError):
        return "".join(chr(code) if 0 <= code <= MAX_CHARACTER else _NO_CHARACTER for code in codes)


def _deep(term: Term) -> Text:
    characters: list[str] = []
    pending: list[Term] = [term]
    while pending:
        item = pending.pop()
        if isinstance(item, bytes):
            read_part = decode(item)
            characters.append(read_part.text)
            if read_part.state != "whole":
                reason = (BADARG, [read_part.rest, *pending[::-1]])
                return Text(term, "".join(characters), False, Failure("error", reason))
        elif isinstance(item, list):
            pending += reversed(item)
        elif isinstance(item, ImproperList):
            pending += [item.tail, *reversed(item.items)]
        elif is_integer(item):
            characters.append(_characters([item]))
        else:
            return Text(term, "".join(characters), False, Failure("error", FUNCTION_CLAUSE))
    return Text(term, "".join(characters), False)


def is_empty(term: Term) -> bool:
    """Whether nothing but empty lists and binaries is in it."""
    if isinstance(term, ImproperList):
        return all(map(is_empty, term.items)) and is_empty(term.tail)
    return term == b"" or (isinstance(term, list) and all(map(is_empty, term)))
