"""`erlang`: integers and atoms to text and back."""

import re

from otp.export import export
from otp.stdlib.arguments import Reason, atom, binary, fail, integer, proper_list
from otp.stdlib.bounds import MAX_INTEGER_BITS, check_bits
from otp.terms.print.literals import integer_text
from otp.terms.types import BADARG, Term

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_INTEGER = re.compile(r"[+-]?[0-9A-Za-z]+")


def text_of(codes: Term, reason: Reason = BADARG) -> str:
    """The text that a list of characters spells."""
    try:
        return "".join(map(chr, proper_list(codes, reason)))
    except (TypeError, ValueError, OverflowError):
        fail(reason)


def ascii_of(data: Term) -> str:
    """The text of a binary, byte by byte."""
    return binary(data).decode("latin-1")


def codes_of(text: str) -> list[int]:
    """A text as an Erlang string: the list of its characters."""
    return list(map(ord, text))


def digits_of(number: Term, base: Term) -> str:
    """An integer in a base from 2 to 36; `system_limit` when it is longer than any that arithmetic makes."""
    value, radix = integer(number), integer(base, least=2, most=36)
    if radix == 10:
        return integer_text(value)
    check_bits(value.bit_length())
    digits, rest = "", abs(value)
    while rest:
        rest, digit = divmod(rest, radix)
        digits = _DIGITS[digit] + digits
    return ("-" if value < 0 else "") + (digits or "0")


def integer_of(text: str, base: Term) -> int:
    """The integer that digits of a base from 2 to 36 spell; `system_limit` when it becomes too long."""
    radix = integer(base, least=2, most=36)
    if not _INTEGER.fullmatch(text):
        fail(BADARG)
    try:
        value = int(text[: MAX_INTEGER_BITS + 1], radix)
    except ValueError:
        fail(BADARG)
    check_bits(max(value.bit_length(), len(text.lstrip("+-0"))))
    return value


@export("erlang:atom_to_list(ok)", idempotent=True)
def atom_to_list(term: Term) -> Term:
    """The name of an atom as a string."""
    return codes_of(atom(term))


@export("erlang:atom_to_binary(ok)", idempotent=True)
def atom_to_binary(term: Term) -> Term:
    """The name of an atom as a binary of UTF-8."""
    return atom(term).encode()


@export("erlang:integer_to_list(255,16)", idempotent=True)
def integer_to_list(number: Term, base: Term = 10) -> Term:
    """An integer as a string, in a base from 2 to 36."""
    return codes_of(digits_of(number, base))


@export("erlang:integer_to_binary(255,16)", idempotent=True)
def integer_to_binary(number: Term, base: Term = 10) -> Term:
    """An integer as a binary, in a base from 2 to 36."""
    return digits_of(number, base).encode()


@export('erlang:list_to_integer("FF",16)', idempotent=True)
def list_to_integer(text: Term, base: Term = 10) -> Term:
    """The integer that a string spells, in a base from 2 to 36."""
    return integer_of(text_of(text), base)


@export('erlang:binary_to_integer(<<"FF">>,16)', idempotent=True)
def binary_to_integer(text: Term, base: Term = 10) -> Term:
    """The integer that a binary spells, in a base from 2 to 36."""
    return integer_of(ascii_of(text), base)
