"""The names of files as `filename` reads them: a binary, or a deep list of characters and atoms.

The characters of a name in a list may be any integers, so nothing here is a Python `str`.
"""

from collections.abc import Iterator
from typing import TypeAlias

from otp.stdlib.arguments import fail, is_integer
from otp.stdlib.chardata import decode
from otp.terms.types import BADARG, CASE_CLAUSE, FUNCTION_CLAUSE, Atom, ImproperList, Term

SLASH, DOT = b"/."
Name: TypeAlias = bytes | list[int]


def characters_of(term: Term) -> Name:
    """A binary as it is, or the characters of a list."""
    return term if isinstance(term, bytes) else letters(term)


def letters(term: Term) -> list[int]:
    """The characters of a list; `function_clause` for anything else."""
    codes = list(flat(term))
    return codes if all(map(is_integer, codes)) else fail(FUNCTION_CLAUSE)


def flat(term: Term) -> Iterator[int]:
    """The characters of deep lists and atoms."""
    if isinstance(term, Atom):
        yield from map(ord, term)
    elif isinstance(term, list):
        for item in term:
            if isinstance(item, (list, ImproperList, Atom)):
                yield from flat(item)
            else:
                yield item
    elif isinstance(term, ImproperList):
        yield from flat([*term.items])
        yield from flat(term.tail)
    else:
        fail(FUNCTION_CLAUSE)


def alike(name: Term, extension: Term) -> tuple[Name, Name]:
    """A name and an extension of one type: bytes, when one of them is a binary."""
    if isinstance(name, bytes) or isinstance(extension, bytes):
        return encoded(name), encoded(extension)
    return characters_of(name), list(flat(extension))


def encoded(term: Term) -> bytes:
    """A name as a binary of UTF-8."""
    if isinstance(term, bytes):
        return term
    read = decode(list(flat(term)))
    if read.state == "incomplete":
        fail((CASE_CLAUSE, (Atom("incomplete"), read.text.encode(), read.rest)))
    return read.text.encode() if read.state == "whole" else fail(BADARG)


def after_slash(name: Name) -> Name:
    """The part of a name after its last slash."""
    return name[last(name, SLASH) + 1 :]


def last(name: Name, character: int) -> int:
    """Where a character is last; -1 when it is not there."""
    return next((at for at in reversed(range(len(name))) if name[at] == character), -1)
