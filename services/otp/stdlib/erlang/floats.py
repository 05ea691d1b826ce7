"""`erlang`: floats to text and back."""

import math
import re
from typing import Any

from otp.export import export
from otp.stdlib.arguments import fail, integer, proper_list
from otp.stdlib.erlang.arithmetic import finite
from otp.stdlib.erlang.conversions import ascii_of, codes_of, text_of
from otp.terms.print.literals import float_text
from otp.terms.types import BADARG, Term

_FLOAT = re.compile(r"[+-]?[0-9]+[.,][0-9]+([eE][+-]?[0-9]+)?")
_DEFAULT = ("scientific", 20)
_MAX_DIGITS = {"scientific": 249, "decimals": 253}
_MAX_TEXT = 255
_NO_OPTIONS: list[Any] = []
_MAX_QUICK = (2.0**53, 18)
"""Up to this float and this number of decimals the emulator rounds by itself, halves away from zero."""


def text_by_options(term: Term, options: Term = _NO_OPTIONS) -> str:
    """A float as `float_to_list/2` writes it; of options that contradict each other the last one wins."""
    if not isinstance(term, float):
        fail(BADARG)
    names = [_option(option) for option in proper_list(options)]
    form, digits = ([name for name in names if name[0] != "compact"] or [_DEFAULT])[-1]
    if form == "short":
        return float_text(term)
    if form == "scientific":
        return f"{term:.{6 if digits < 0 else digits}e}"
    return _fixed(term, integer(digits, least=0), ("compact", 0) in names)


def _option(option: Any) -> tuple[str, int]:
    if option in ("short", "compact"):
        return str(option), 0
    if isinstance(option, tuple) and len(option) == 2 and option[0] in ("scientific", "decimals"):
        return str(option[0]), integer(option[1], most=_MAX_DIGITS[option[0]])
    return fail(BADARG)


def _fixed(value: float, decimals: int, compact: bool) -> str:
    quick = abs(value) <= _MAX_QUICK[0] and decimals <= _MAX_QUICK[1]
    text = _rounded(value, decimals) if quick else f"{value:.{decimals}f}"
    if len(text) > _MAX_TEXT:
        fail(BADARG)
    if compact and (decimals or not quick):
        text = text.rstrip("0")
    return text + "0" if text.endswith(".") else text


def _rounded(value: float, decimals: int) -> str:
    whole = math.floor(abs(value))
    part = _half_up((abs(value) - whole) * 10.0**decimals)
    carry, part = divmod(part, 10**decimals)
    sign = "-" if math.copysign(1, value) < 0 else ""
    return f"{sign}{whole + carry}" + (f".{part:0{decimals}}" if decimals else "")


def _half_up(value: float) -> int:
    whole = math.floor(value)
    return whole + 1 if value - whole >= 0.5 else whole


def float_of(text: str) -> float:
    """The float that a text spells: digits on both sides of the point, then maybe an exponent."""
    return finite(float(text.replace(",", ".")), BADARG) if _FLOAT.fullmatch(text) else fail(BADARG)


@export("erlang:float_to_list(1.5,[{decimals,2}])", idempotent=True)
def float_to_list(term: Term, options: Term = _NO_OPTIONS) -> Term:
    """A float as a string; options are {decimals,N}, {scientific,N}, compact and short."""
    return codes_of(text_by_options(term, options))


@export("erlang:float_to_binary(1.5,[short])", idempotent=True)
def float_to_binary(term: Term, options: Term = _NO_OPTIONS) -> Term:
    """A float as a binary; options are {decimals,N}, {scientific,N}, compact and short."""
    return text_by_options(term, options).encode()


@export('erlang:list_to_float("1.5")', idempotent=True)
def list_to_float(text: Term) -> Term:
    """The float that a string spells."""
    return float_of(text_of(text))


@export('erlang:binary_to_float(<<"1.5">>)', idempotent=True)
def binary_to_float(text: Term) -> Term:
    """The float that a binary spells."""
    return float_of(ascii_of(text))
