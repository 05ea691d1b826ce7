"""`string`: letters in upper, lower and title case. A list gives a list, a binary a binary."""

from collections.abc import Callable

from otp.export import export
from otp.stdlib.arguments import fail
from otp.stdlib.string.text import is_bad_byte, read
from otp.terms.cons import join
from otp.terms.types import BADARG, ImproperList, Term


@export('string:uppercase("abc")', idempotent=True)
def uppercase(string: Term) -> Term:
    """All letters in upper case."""
    return _each(string, str.upper)


@export('string:lowercase("ABC")', idempotent=True)
def lowercase(string: Term) -> Term:
    """All letters in lower case."""
    return _each(string, str.lower)


@export('string:casefold("ABC")', idempotent=True)
def casefold(string: Term) -> Term:
    """All letters in the case in which strings are compared."""
    return _each(string, str.casefold)


@export('string:titlecase("abc")', idempotent=True)
def titlecase(string: Term) -> Term:
    """The first letter in title case."""
    text = read(string)
    if not text.text or (text.is_binary and is_bad_byte(text.text[0])):
        text.whole()
        return b"" if text.is_binary else []
    title, rest = text.text[0].title(), text.rest(1)
    if isinstance(rest, bytes):
        return title.encode() + rest if text.is_binary else [*map(ord, title), *([rest] if rest else [])]
    return join(map(ord, title), rest)


def _each(string: Term, change: Callable[[str], str]) -> Term:
    """Character by character, so that no rule looks at those around it."""
    if not isinstance(string, (bytes, list, ImproperList)):
        fail((BADARG, string))
    text = read(string)
    changed = "".join(map(change, text.whole()))
    if changed == text.text and (text.is_flat or not changed):
        return string
    if text.is_binary:
        return changed.encode()
    return list(map(ord, changed))
