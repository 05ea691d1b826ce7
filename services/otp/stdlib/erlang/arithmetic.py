"""`erlang`: arithmetic. A float that would be infinite is `badarith`."""

import math
from collections.abc import Callable

from otp.export import export
from otp.stdlib.arguments import Reason, fail, integer, is_integer, number
from otp.stdlib.bounds import check_bits
from otp.terms.types import BADARG, BADARITH, Term

_WORD_BITS = 64


def to_double(term: Term, reason: Reason = BADARITH) -> float:
    """A number as a float. A long integer is rounded word by word, as `big_to_double` of the emulator does it."""
    value = number(term, reason)
    if isinstance(value, float) or value.bit_length() < _WORD_BITS:
        return float(value)
    if value.bit_length() > 1024:
        fail(reason)
    size = -(-value.bit_length() // _WORD_BITS) * _WORD_BITS
    result = 0.0
    for shift in range(size - _WORD_BITS, -1, -_WORD_BITS):
        result = result * 2.0**_WORD_BITS + float(abs(value) >> shift & (2**_WORD_BITS - 1))
    return finite(math.copysign(result, value), reason)


def finite(value: float, reason: Reason = BADARITH) -> float:
    """A float that Erlang has."""
    return value if math.isfinite(value) else fail(reason)


def _calculate(
    left: Term, right: Term, exact: Callable[[int, int], int], rounded: Callable[[float, float], float]
) -> Term:
    if is_integer(left) and is_integer(right):
        return exact(left, right)
    return finite(rounded(to_double(left), to_double(right)))


@export("erlang:'+'(1,2)", idempotent=True)
def plus(left: Term, right: Term) -> Term:
    """The sum of two numbers."""
    return _calculate(left, right, int.__add__, float.__add__)


@export("erlang:'-'(3,2)", idempotent=True)
def minus(left: Term, right: Term) -> Term:
    """The difference of two numbers."""
    return _calculate(left, right, int.__sub__, float.__sub__)


@export("erlang:'*'(2,3)", idempotent=True)
def times(left: Term, right: Term) -> Term:
    """The product of two numbers."""
    if is_integer(left) and is_integer(right):
        check_bits(left.bit_length() + right.bit_length())
    return _calculate(left, right, int.__mul__, float.__mul__)


@export("erlang:'/'(1,2)", idempotent=True)
def divide(left: Term, right: Term) -> Term:
    """The quotient of two numbers, a float."""
    dividend, divisor = to_double(left), to_double(right)
    return finite(dividend / divisor) if divisor else fail(BADARITH)


@export("erlang:'div'(-7,2)", idempotent=True)
def div(left: Term, right: Term) -> Term:
    """The quotient of two integers, rounded towards zero."""
    dividend, divisor = integer(left, BADARITH), integer(right, BADARITH)
    quotient = abs(dividend) // (abs(divisor) or fail(BADARITH))
    return quotient if (dividend < 0) == (divisor < 0) else -quotient


@export("erlang:'rem'(-7,2)", idempotent=True)
def rem(left: Term, right: Term) -> Term:
    """What `div` leaves: it has the sign of the first integer."""
    dividend, divisor = integer(left, BADARITH), integer(right, BADARITH)
    rest = abs(dividend) % (abs(divisor) or fail(BADARITH))
    return -rest if dividend < 0 else rest


@export("erlang:abs(-3)", idempotent=True)
def absolute(term: Term) -> Term:
    """A number without its sign; -0.0 keeps it."""
    value = number(term)
    return value if value >= 0 else -value


@export("erlang:float(3)", idempotent=True)
def to_float(term: Term) -> Term:
    """A number as a float."""
    return to_double(term, BADARG)


@export("erlang:trunc(-2.5)", idempotent=True)
def trunc(term: Term) -> Term:
    """A number rounded towards zero."""
    return math.trunc(number(term))


@export("erlang:round(2.5)", idempotent=True)
def nearest(term: Term) -> Term:
    """A number rounded to the nearest integer, halves away from zero."""
    value = number(term)
    whole = math.trunc(value)
    return whole if abs(value - whole) < 0.5 else whole + (1 if value > 0 else -1)


@export("erlang:ceil(2.5)", idempotent=True)
def ceil(term: Term) -> Term:
    """The smallest integer that is not less than a number."""
    return math.ceil(number(term))


@export("erlang:floor(2.5)", idempotent=True)
def floor(term: Term) -> Term:
    """The largest integer that is not greater than a number."""
    return math.floor(number(term))
