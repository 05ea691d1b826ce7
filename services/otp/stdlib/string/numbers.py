"""`string`: numbers that a string starts with."""

import math
import re

from otp.errors import Failure
from otp.export import export
from otp.stdlib.bounds import check_size
from otp.stdlib.string.text import Text, is_bad_byte, read
from otp.terms.graphemes import graphemes
from otp.terms.read.limits import MAX_INTEGER_DIGITS
from otp.terms.types import BADARG, ERROR, Atom, Term

_INTEGER = re.compile(r"[+-]?[0-9]+")
_FLOAT = re.compile(r"[+-]?[0-9]+[.,][0-9]+(?:[eE][+-]?[0-9]+)?")


@export('string:to_integer("12 apples")', idempotent=True)
def to_integer(string: Term) -> Term:
    """The integer a string starts with, as {Integer,Rest}, or {error,Reason}."""
    try:
        text = read(string)
        number = _INTEGER.match(_taken(text, "+-0123456789"))
    except Failure:
        return (ERROR, BADARG)
    if number is None:
        return (ERROR, Atom("no_integer"))
    check_size(len(number[0]), MAX_INTEGER_DIGITS)
    return (int(number[0]), text.rest(number.end()))


@export('string:to_float("1.5e3 m")', idempotent=True)
def to_float(string: Term) -> Term:
    """The float a string starts with, as {Float,Rest}, or {error,Reason}."""
    try:
        text = read(string)
        number = _FLOAT.match(_taken(text, "+-0123456789eE.,"))
    except Failure:
        return (ERROR, BADARG)
    value = float(number[0].replace(",", ".")) if number else math.inf
    if number is None or math.isinf(value):
        return (ERROR, Atom("no_float"))
    return (value, text.rest(number.end()))


def _taken(text: Text, characters: str) -> str:
    """The letters of a set that the text starts with; `text` must be readable up to the letter after."""
    taken = 0
    for letter in graphemes(text.text):
        if letter not in characters:
            break
        taken += len(letter)
    if taken == len(text.text) or is_bad_byte(text.text[taken]):
        text.whole()
    return text.text[:taken]
