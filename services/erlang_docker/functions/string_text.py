"""A string as `string` sees it: its text as far as it can be read, and how Erlang fails that reads on."""

from collections.abc import Iterator
from dataclasses import dataclass

from erlang_docker.errors import Failure
from erlang_docker.functions.arguments import BADARG, FUNCTION_CLAUSE, fail, is_integer
from erlang_docker.functions.chardata import MAX_CHARACTER, decode
from erlang_docker.terms.graphemes import graphemes
from erlang_docker.terms.types import ImproperList, Term


@dataclass(frozen=True, slots=True)
class Text:
    """`fault`: what reading past the text fails with; bytes that are no UTF-8 stay in the text as lone surrogates."""

    text: str
    is_binary: bool
    fault: Failure | None = None

    def term(self, text: str) -> Term:
        """A part of the text, a binary or a list as the whole was."""
        return text.encode("utf-8", "surrogateescape") if self.is_binary else list(map(ord, text))

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

    def _graphemes_to_fault(self, fault: Failure) -> Iterator[str]:
        at = 0
        for cluster in graphemes(self.text):
            at += len(cluster)
            if self.is_binary and "\udc80" <= cluster[0] <= "\udcff":
                break
            if not self.is_binary and at == len(self.text):
                break
            yield cluster
        raise fault


def read(term: Term) -> Text:
    """A string, a binary of UTF-8 or a deep list; `function_clause` for what is neither."""
    if isinstance(term, bytes):
        text = term.decode("utf-8", "surrogateescape")
        bad = next((at for at, character in enumerate(text) if "\udc80" <= character <= "\udcff"), None)
        return Text(text, True, None if bad is None else _bad_bytes(text[bad:]))
    if not isinstance(term, (list, ImproperList)):
        fail(FUNCTION_CLAUSE)
    if isinstance(term, list) and all(is_integer(item) and 0 <= item <= MAX_CHARACTER for item in term):
        return Text("".join(map(chr, term)), False)
    return _deep(term)


def _bad_bytes(rest: str) -> Failure:
    return Failure("error", (BADARG, rest.encode("utf-8", "surrogateescape")))


def _deep(term: Term) -> Text:
    characters: list[str] = []
    pending: list[Term] = [term]
    while pending:
        item = pending.pop()
        if isinstance(item, bytes):
            read_part = decode(item)
            characters.append(read_part.text)
            if read_part.state != "whole":
                return Text("".join(characters), False, Failure("error", (BADARG, [read_part.rest, *pending[::-1]])))
        elif isinstance(item, list):
            pending += reversed(item)
        elif isinstance(item, ImproperList):
            pending += [item.tail, *reversed(item.items)]
        elif is_integer(item) and 0 <= item <= MAX_CHARACTER:
            characters.append(chr(item))
        else:
            return Text("".join(characters), False, Failure("error", FUNCTION_CLAUSE))
    return Text("".join(characters), False)


def is_empty(term: Term) -> bool:
    """Whether nothing but empty lists and binaries is in it."""
    if isinstance(term, ImproperList):
        return all(map(is_empty, term.items)) and is_empty(term.tail)
    return term == b"" or (isinstance(term, list) and all(map(is_empty, term)))


def grapheme(cluster: str) -> Term:
    """A cluster as Erlang has it: a code point, or a list of several."""
    return ord(cluster) if len(cluster) == 1 else list(map(ord, cluster))
