"""`filename` on Unix: parts and ends of a name. The result is a binary or a list as the name is."""

from otp.export import export
from otp.stdlib.arguments import fail
from otp.stdlib.filename.names import (
    DOT,
    SLASH,
    Name,
    after_slash,
    alike,
    characters_of,
    flat,
    last,
    letters,
)
from otp.terms.types import FUNCTION_CLAUSE, Atom, Term


@export('filename:basename("/usr/lib/x.erl")', idempotent=True)
def basename_of(name: Term) -> Term:
    """The last part of a name."""
    return _base(characters_of(name))


@export('filename:basename("/usr/lib/x.erl",".erl")', idempotent=True)
def basename(name: Term, extension: Term) -> Term:
    """The last part of a name, without the extension if it has it."""
    if isinstance(name, Atom) or isinstance(extension, Atom):  # which Erlang does not turn into a binary here
        return _without(list(letters(name)), [] if isinstance(extension, bytes) else list(flat(extension)))
    if isinstance(name, bytes) and not isinstance(extension, (bytes, list)):
        fail(FUNCTION_CLAUSE)
    return _without(*alike(name, extension))


@export('filename:dirname("/usr/lib/x.erl")', idempotent=True)
def dirname(name: Term) -> Term:
    """The name without its last part."""
    whole = characters_of(name)
    end = len(whole) - len(after_slash(whole))
    if end == 0:
        return b"." if isinstance(whole, bytes) else [DOT]
    while end > 0 and whole[end - 1] == SLASH:
        end -= 1
    return whole[: end or 1]


@export('filename:extension("file.txt")', idempotent=True)
def extension(name: Term) -> Term:
    """The last part's end from its last dot on; a dot that the last part starts with does not count."""
    base = after_slash(characters_of(name))
    dot = last(base, DOT)
    return base[dot:] if dot > 0 else base[:0]


@export('filename:rootname("file.txt")', idempotent=True)
def rootname_of(name: Term) -> Term:
    """The name without its extension."""
    whole = characters_of(name)
    base = after_slash(whole)
    start, dot = len(whole) - len(base), last(base, DOT)
    return whole if dot < 0 or (dot == 0 and start > 0) else whole[: start + dot]


@export('filename:rootname("file.txt",".txt")', idempotent=True)
def rootname(name: Term, extension: Term) -> Term:
    """The name without the extension if it has it."""
    whole, ending = alike(name, extension)
    start = len(whole) - len(ending)
    if start < 0 or whole[start:] != ending or whole[start - 1 : start] in (b"/", [SLASH]):
        return whole
    return whole[:start]


def _base(name: Name) -> Name:
    """The last part; of a name that ends with a slash, lists take the part before it, binaries the last not empty."""
    if isinstance(name, bytes):
        return after_slash(name.rstrip(b"/"))
    return after_slash(name[:-1] if name[-1:] == [SLASH] else name)


def _without(name: Name, ending: Name) -> Name:
    base = _base(name)
    if isinstance(name, bytes):
        # Erlang takes the end of the whole name for the base, slashes and all.
        end = len(name) - len(ending)
        return name[len(name) - len(base) : end] if len(ending) <= len(base) and name[end:] == ending else base
    start = len(name) - len(ending)
    return after_slash(name[:start]) if ending and start >= 0 and name[start:] == ending else base
