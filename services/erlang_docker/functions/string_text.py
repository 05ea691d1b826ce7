"""A string as `string` sees it: its text as far as it can be read, and how Erlang fails that reads on."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from erlang_docker.errors import Failure
from erlang_docker.functions.arguments import BADARG, FUNCTION_CLAUSE, fail, is_integer
from erlang_docker.functions.chardata import MAX_CHARACTER, decode
from erlang_docker.functions.chardata_rest import closed, opened, skip, walk
from erlang_docker.terms.graphemes import graphemes
from erlang_docker.terms.types import ImproperList, Term

_NO_CHARACTER = "\U0010ffff"
"""Stands in a text for an integer that is no code point."""


@dataclass(frozen=True, slots=True)
class Text:
    """`fault`: what reading past the text fails with; bytes that are no UTF-8 stay in the text as lone surrogates."""

    source: Term
    text: str
    is_flat: bool
    fault: Failure | None = None

    @property
    def is_binary(self) -> bool:
        return isinstance(self.source, bytes)

    def rest(self, start: int) -> Term:
        """The string from a character on: a binary, a list, or of a deep list what Erlang shares of it."""
        if start == 0:
            return self.source
        if self.is_binary:
            return _bytes(self.text[start:])
        return self.source[start:] if self.is_flat else closed(skip(opened(self.source), start))  # type: ignore[index]

    def part(self, start: int, end: int) -> Term:
        """The characters from a place to another."""
        return next(self.parts([(start, end)]))

    def parts(self, places: Iterable[tuple[int, int]]) -> Iterator[Term]:
        """Several parts, from the first to the last; of a deep list, its characters and what is in its binaries."""
        if self.is_binary:
            yield from (_bytes(self.text[start:end]) for start, end in places)
        elif self.is_flat:
            yield from (self.source[start:end] for start, end in places)  # type: ignore[index]
        else:
            yield from self._parts(places)

    def _parts(self, places: Iterable[tuple[int, int]]) -> Iterator[Term]:
        at, rest = 0, opened(self.source)
        for start, end in places:
            rest = skip(rest, start - at)
            part: list[Term] = []
            for taken, rest in walk(rest, end - start):  # noqa: B007
                part += [taken] if isinstance(taken, bytes) else taken
            yield part[0] if len(part) == 1 and isinstance(part[0], bytes) else part
            at = end

    def whole(self) -> str:
        """The text; fails where it ends before the string does."""
        if self.fault is not None:
            raise self.fault
        return self.text

    def graphemes(self) -> Iterator[str]:
        """Its grapheme clusters; of a list, the one before what cannot be read cannot be told either."""
        if self.fault is None:
            return graphemes(self.text)
        return self._graphemes_to_fault(self.fault)

    def letters(self) -> list[Term]:
        """The clusters as Erlang has them: a code point, or a list of several."""
        codes = self.source if self.is_flat and not self.is_binary else list(map(ord, self.text))
        found, start = [], 0
        for cluster in self.graphemes():
            end = start + len(cluster)
            found.append(codes[start] if end == start + 1 else codes[start:end])  # type: ignore[index]
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
    """A string, a binary of UTF-8 or a deep list; `function_clause` for what is neither."""
    if isinstance(term, bytes):
        text = term.decode("utf-8", "surrogateescape")
        bad = None if text.isascii() else next((at for at, character in enumerate(text) if is_bad_byte(character)), None)
        return Text(term, text, True, None if bad is None else Failure("error", (BADARG, _bytes(text[bad:]))))
    if isinstance(term, list) and all(map(is_integer, term)):
        return Text(term, _characters(term), True)
    return _deep(term) if isinstance(term, (list, ImproperList)) else fail(FUNCTION_CLAUSE)


def is_bad_byte(character: str) -> bool:
    """Whether a character of the text of a binary is a byte that is no UTF-8."""
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
