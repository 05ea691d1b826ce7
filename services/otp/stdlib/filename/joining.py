"""`filename` on Unix: names put together of parts and taken apart."""

from collections.abc import Iterable

from otp.export import export
from otp.stdlib.arguments import fail
from otp.stdlib.filename.names import DOT, SLASH, Name, characters_of, encoded, flat
from otp.terms.types import FUNCTION_CLAUSE, Atom, ImproperList, Term


@export('filename:join(["/usr","lib","x.erl"])', idempotent=True)
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
    return _type([next(flat(name), None)])  # type: ignore[list-item]


@export('filename:split("/usr/lib/x.erl")', idempotent=True)
def split(name: Term) -> Term:
    """The parts of a name."""
    whole = characters_of(name)
    root = [whole[:1]] if _type(whole) == "absolute" else []
    return root + [part for part in _split(whole) if part]


def _joined(names: list[Term]) -> Name:
    """Double slashes, parts that are a dot alone but for the first and the last, and a last slash are left out."""
    read = encoded if any(isinstance(name, bytes) for name in names) else characters_of
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
    return bytes(joined) if read is encoded else joined


def _append(joined: list[int], characters: Iterable[int]) -> None:
    for character in characters:
        if character == SLASH and joined[-2:] == [SLASH, DOT]:
            joined.pop()
        elif character != SLASH or joined[-1:] != [SLASH]:
            joined.append(character)


def _type(name: Name) -> Atom:
    return Atom("absolute" if name[:1] in (b"/", [SLASH]) else "relative")


def _split(name: Name) -> list[Name]:
    if isinstance(name, bytes):
        return list(name.split(b"/"))
    ends = [*(at for at, character in enumerate(name) if character == SLASH), len(name)]
    return [name[start:end] for start, end in zip([0, *(end + 1 for end in ends)], ends, strict=False)]
