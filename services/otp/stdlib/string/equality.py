"""`string`: whether two strings are equal."""

from collections.abc import Callable

from otp.export import export
from otp.stdlib.arguments import fail
from otp.stdlib.string.text import Text, is_bad_byte, read
from otp.stdlib.string.text import is_empty as nothing_in
from otp.terms.cons import join
from otp.terms.types import BADARG, CASE_CLAUSE, ERROR, FALSE, FUNCTION_CLAUSE, TRUE, Atom, Term


@export('string:equal("abc","ABC",true)', idempotent=True)
def equal(left: Term, right: Term, ignore_case: Term = FALSE) -> bool:
    """Whether two strings are the same; with true, whatever the case of letters."""
    if type(ignore_case) is not Atom or ignore_case not in (TRUE, FALSE):
        fail(FUNCTION_CLAUSE)
    if ignore_case == TRUE:
        return left == right or _same(_folded(left), _folded(right), _refuse)
    if left == []:
        return nothing_in(right)
    return (
        left == right
        if isinstance(left, bytes) and isinstance(right, bytes)
        else _same(read(left), read(right), _unmatched)
    )


def _folded(term: Term) -> Text:
    text = read(term)
    return Text(term, "".join(map(str.casefold, text.text)), True, text.fault)


def _same(left: Text, right: Text, failed: Callable[[Text, Text, int], bool]) -> bool:
    """Whether two texts are the same; fails where one of them can be read no further and all before it is the same."""
    one, other = _readable(left), _readable(right)
    pairs = enumerate(zip(one, other, strict=False))
    at = next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))
    if (at == len(one) and left.fault) or (at == len(other) and right.fault):
        return failed(left, right, at)
    return one == other


def _readable(text: Text) -> str:
    """The text before the first byte that is not UTF-8."""
    if not text.is_binary or text.fault is None:
        return text.text
    return text.text[: next(at for at, character in enumerate(text.text) if is_bad_byte(character))]


def _refuse(left: Text, right: Text, at: int) -> bool:
    refused = left if left.fault and at == len(_readable(left)) else right
    return fail((BADARG, _unread(refused)))


def _unmatched(left: Text, right: Text, at: int) -> bool:
    if left.fault is None and left.rest(at) == []:
        return False  # Erlang only looks whether the right one is empty
    return fail((CASE_CLAUSE, (_next(left, at), _next(right, at))))


def _next(text: Text, at: int) -> Term:
    """The text from a character on as `unicode_util:cp/1` gives it."""
    if at < len(_readable(text)):
        return join([ord(text.text[at])], text.rest(at + 1))
    return (ERROR, _unread(text)) if text.fault else []


def _unread(text: Text) -> Term:
    """The string from the place on where it cannot be read."""
    fault = text.fault
    if fault is None or not isinstance(fault.reason, tuple):
        text.whole()
        return []
    rest: Term = fault.reason[1]
    return rest[0] if isinstance(rest, list) and len(rest) == 1 else rest
