"""`base64` (RFC 4648, section 4): data and codes are binaries or lists of bytes."""

from binascii import b2a_base64
from collections.abc import Iterator
from itertools import zip_longest

from otp.export import export
from otp.stdlib.arguments import Reason, fail, integer, is_integer
from otp.terms.types import BADARG, BADARITH, CASE_CLAUSE, FUNCTION_CLAUSE, Atom, ImproperList, Term

ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
EQ, BAD, SPACE, OUTSIDE, END = map(Atom, ("eq", "bad", "ws", "outside", "end"))
_CODES: dict[Term, int | Atom] = {
    **dict.fromkeys(range(1, 256), BAD),
    **dict.fromkeys(b"\t\n\r ", SPACE),
    ord("="): EQ,
    **{code: value for value, code in enumerate(ALPHABET)},
}


@export('base64:encode(<<"one two">>)', idempotent=True)
def encode(data: Term) -> bytes:
    """The code of a binary or a list of bytes, as a binary."""
    return b2a_base64(data if isinstance(data, bytes) else _bytes(data), newline=False)


@export('base64:encode_to_string("one two")', idempotent=True)
def encode_to_string(data: Term) -> Term:
    """The code of a binary or a list of bytes, as a string."""
    return list(encode(data))


@export('base64:decode(<<"b25lIHR3bw==">>)', idempotent=True)
def decode(code: Term) -> Term:
    """The data that a code stands for, as a binary; white space is skipped."""
    return _decode(code, BADARG)


@export('base64:decode_to_string("b25lIHR3bw==")', idempotent=True)
def decode_to_string(code: Term) -> Term:
    """The data that a code stands for, as a string; white space is skipped."""
    return list(_decode(code, BADARITH))


def _items(term: Term) -> list[Term]:
    """The items of a list, None after them when it is improper."""
    if isinstance(term, ImproperList):
        return [*term.items, None]
    return term if isinstance(term, list) else fail(FUNCTION_CLAUSE)


def _bytes(term: Term) -> bytes:
    items = _items(term)
    try:
        return bytes(items)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return b"".join(_three(items[at : at + 3]) for at in range(0, len(items), 3))


def _three(items: list[Term]) -> bytes:
    """Up to three bytes. As in Erlang, bits that are too many for a byte run into the byte before it."""
    if items[-1] is None:
        fail(FUNCTION_CLAUSE)
    value = 0
    for item in items:
        value = value << 8 | integer(item, BADARITH)
    if not 0 <= value < 1 << 8 * len(items) or (len(items) == 2 and not 0 <= items[1] < 1024):  # type: ignore[operator]
        fail(BADARG)
    return value.to_bytes(len(items), "big")


def _decode(term: Term, bad: Reason) -> bytes:
    """`bad` is the reason for a character outside the alphabet: Erlang fails on it when it puts the bits together."""
    items = term if isinstance(term, bytes) else _items(term)
    codes = iter([code for item in items if (code := _code(item)) is not SPACE])
    data = bytearray()
    for quartet in zip_longest(codes, codes, codes, codes, fillvalue=END):
        if END in quartet or OUTSIDE in quartet:
            fail(BADARG if OUTSIDE in quartet else FUNCTION_CLAUSE)
        a, b, c, d = quartet
        if d is EQ:
            data += _padded(a, b, c)
            _only_spaces(codes)
        elif isinstance(a, Atom) or isinstance(b, Atom) or isinstance(c, Atom) or isinstance(d, Atom):
            fail(bad)
        else:
            data += (a << 18 | b << 12 | c << 6 | d).to_bytes(3, "big")
    return bytes(data)


def _code(item: Term) -> int | Atom:
    if item is None:
        return END
    return _CODES.get(item, OUTSIDE) if is_integer(item) else OUTSIDE


def _padded(a: int | Atom, b: int | Atom, c: int | Atom) -> bytes:
    """One or two bytes."""
    if isinstance(b if c is EQ else c, Atom):
        fail(BADARITH)
    if isinstance(a, Atom) or isinstance(b, Atom):
        fail(BADARG)
    if isinstance(c, Atom):
        return bytes([a << 2 | b >> 4])
    return (a << 10 | b << 4 | c >> 2).to_bytes(2, "big")


def _only_spaces(codes: Iterator[int | Atom]) -> None:
    for code in codes:
        if code is END or code is OUTSIDE:
            fail(FUNCTION_CLAUSE if code is END else BADARG)
        fail((CASE_CLAUSE, code))
