"""Erlang's `filename` on Unix: a name is a binary, or a deep list of characters and atoms; so is the result.

The characters of a name in a list may be any integers, so nothing here is a Python `str`.
"""

from collections.abc import Iterable, Iterator
from typing import TypeAlias

from erlang_docker.functions.arguments import BADARG, FUNCTION_CLAUSE, fail, is_integer
from erlang_docker.functions.export import export
from erlang_docker.functions.stdlib.chardata import decode
from erlang_docker.terms.types import Atom, ImproperList, Term

SLASH, DOT = b"/."
Name: TypeAlias = bytes | list[int]


@export('filename:basename("/usr/lib/x.erl")', name="basename", idempotent=True)
def basename_of(name: Term) -> Term:
    """The last part of a name."""
    return _base(_name(name))


@export('filename:basename("/usr/lib/x.erl",".erl")', idempotent=True)
def basename(name: Term, extension: Term) -> Term:
    """The last part of a name, without the extension if it has it."""
    if isinstance(name, Atom) or isinstance(extension, Atom):  # which Erlang does not turn into a binary here
        return _without(list(_letters(name)), [] if isinstance(extension, bytes) else list(_flat(extension)))
    if isinstance(name, bytes) and not isinstance(extension, (bytes, list)):
        fail(FUNCTION_CLAUSE)
    return _without(*_alike(name, extension))


@export('filename:dirname("/usr/lib/x.erl")', idempotent=True)
def dirname(name: Term) -> Term:
    """The name without its last part."""
    whole = _name(name)
    end = len(whole) - len(_after_slash(whole))
    if end == 0:
        return b"." if isinstance(whole, bytes) else [DOT]
    while end > 0 and whole[end - 1] == SLASH:
        end -= 1
    return whole[: end or 1]


@export('filename:extension("file.txt")', idempotent=True)
def extension(name: Term) -> Term:
    """The last part's end from its last dot on; a dot that the last part starts with does not count."""
    base = _after_slash(_name(name))
    dot = _last(base, DOT)
    return base[dot:] if dot > 0 else base[:0]


@export('filename:rootname("file.txt")', name="rootname", idempotent=True)
def rootname_of(name: Term) -> Term:
    """The name without its extension."""
    whole = _name(name)
    base = _after_slash(whole)
    start, dot = len(whole) - len(base), _last(base, DOT)
    return whole if dot < 0 or (dot == 0 and start > 0) else whole[: start + dot]


@export('filename:rootname("file.txt",".txt")', idempotent=True)
def rootname(name: Term, extension: Term) -> Term:
    """The name without the extension if it has it."""
    whole, ending = _alike(name, extension)
    start = len(whole) - len(ending)
    if start < 0 or whole[start:] != ending or whole[start - 1 : start] in (b"/", [SLASH]):
        return whole
    return whole[:start]


@export('filename:join(["/usr","lib","x.erl"])', name="join", idempotent=True)
def join_all(names: Term) -> Term:
    """One name of many parts; what comes before an absolute name is left out."""
    if not isinstance(names, list) or not names:
        fail(FUNCTION_CLAUSE)
    return _joined(names)


@export('filename:join("/usr","lib")', idempotent=True)
def join(directory: Term, name: Term) -> Term:
    """A name in a directory; an absolute name alone."""
    return _joined([directory, name])


@export('filename:pathtype("/usr")', idempotent=True)
def pathtype(name: Term) -> Term:
    """The atom absolute or relative."""
    if isinstance(name, bytes):
        return _type(name)
    if not isinstance(name, (list, ImproperList, Atom)):
        fail(FUNCTION_CLAUSE)
    return _type([next(_flat(name), None)])  # type: ignore[list-item]


@export('filename:split("/usr/lib/x.erl")', idempotent=True)
def split(name: Term) -> Term:
    """The parts of a name."""
    whole = _name(name)
    root = [whole[:1]] if _type(whole) == "absolute" else []
    return root + [part for part in _split(whole) if part]


def _name(term: Term) -> Name:
    return term if isinstance(term, bytes) else _letters(term)


def _letters(term: Term) -> list[int]:
    characters = list(_flat(term))
    return characters if all(map(is_integer, characters)) else fail(FUNCTION_CLAUSE)


def _flat(term: Term) -> Iterator[int]:
    """The characters of deep lists and atoms."""
    if isinstance(term, Atom):
        yield from map(ord, term)
    elif isinstance(term, list):
        for item in term:
            if isinstance(item, (list, ImproperList, Atom)):
                yield from _flat(item)
            else:
                yield item
    elif isinstance(term, ImproperList):
        yield from _flat([*term.items])
        yield from _flat(term.tail)
    else:
        fail(FUNCTION_CLAUSE)


def _alike(name: Term, extension: Term) -> tuple[Name, Name]:
    """A name and an extension of one type: bytes, when one of them is a binary."""
    if isinstance(name, bytes) or isinstance(extension, bytes):
        return _encoded(name), _encoded(extension)
    return _name(name), list(_flat(extension))


def _encoded(term: Term) -> bytes:
    if isinstance(term, bytes):
        return term
    read = decode(list(_flat(term)))
    if read.state == "incomplete":
        fail((Atom("case_clause"), (Atom("incomplete"), read.text.encode(), read.rest)))
    return read.text.encode() if read.state == "whole" else fail(BADARG)


def _joined(names: list[Term]) -> Name:
    """Double slashes, parts that are a dot alone but for the first and the last, and a last slash are left out."""
    read = _encoded if any(isinstance(name, bytes) for name in names) else _name
    joined: list[int] = []
    if any(isinstance(name, ImproperList) for name in names):
        fail(FUNCTION_CLAUSE)
    for number, part in enumerate(map(read, names)):
        if _type(part) == "absolute":
            joined.clear()
        elif number and part:
            _append(joined, [SLASH])
        _append(joined, part)
        if len(joined) > 1 and joined[-1] == SLASH:
            joined.pop()
    return bytes(joined) if read is _encoded else joined


def _append(joined: list[int], characters: Iterable[int]) -> None:
    for character in characters:
        if character == SLASH and joined[-2:] == [SLASH, DOT]:
            joined.pop()
        elif character != SLASH or joined[-1:] != [SLASH]:
            joined.append(character)


def _type(name: Name) -> Atom:
    return Atom("absolute" if name[:1] in (b"/", [SLASH]) else "relative")


def _last(name: Name, character: int) -> int:
    return next((at for at in reversed(range(len(name))) if name[at] == character), -1)


def _after_slash(name: Name) -> Name:
    return name[_last(name, SLASH) + 1 :]


def _base(name: Name) -> Name:
    """The last part; of a name that ends with a slash, lists take the part before it, binaries the last not empty."""
    if isinstance(name, bytes):
        return _after_slash(name.rstrip(b"/"))
    return _after_slash(name[:-1] if name[-1:] == [SLASH] else name)


def _without(name: Name, ending: Name) -> Name:
    base = _base(name)
    if isinstance(name, bytes):
        # Erlang takes the end of the whole name for the base, slashes and all.
        end = len(name) - len(ending)
        return name[len(name) - len(base) : end] if len(ending) <= len(base) and name[end:] == ending else base
    start = len(name) - len(ending)
    return _after_slash(name[:start]) if ending and start >= 0 and name[start:] == ending else base


def _split(name: Name) -> list[Name]:
    if isinstance(name, bytes):
        return list(name.split(b"/"))
    ends = [*(at for at, character in enumerate(name) if character == SLASH), len(name)]
    return [name[start:end] for start, end in zip([0, *(end + 1 for end in ends)], ends, strict=False)]
