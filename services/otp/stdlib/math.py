"""`math`: floats. An argument that is not a number is `badarg`, a result that has no value `badarith`."""

import math
from collections.abc import Callable

from otp.export import export
from otp.stdlib.arguments import fail, number
from otp.stdlib.erlang.arithmetic import finite, to_double
from otp.terms.types import BADARITH, Term


def _calculate(function: Callable[..., float], *terms: Term) -> float:
    for term in terms:
        number(term)
    try:
        return finite(function(*map(to_double, terms)))
    except (ValueError, OverflowError, ZeroDivisionError):
        fail(BADARITH)


@export("math:pi()", idempotent=True)
def pi() -> Term:
    """The ratio of a circle's circumference to its diameter."""
    return math.pi


@export("math:atan2(1,2)", idempotent=True)
def atan2(y: Term, x: Term) -> Term:
    """The angle of a point, in radians."""
    return _calculate(math.atan2, y, x)


@export("math:fmod(7,2)", idempotent=True)
def fmod(left: Term, right: Term) -> Term:
    """What a division leaves, with the sign of the first number."""
    return _calculate(math.fmod, left, right)


@export("math:pow(2,10)", idempotent=True)
def power(base: Term, exponent: Term) -> Term:
    """A number to the power of another."""
    return _calculate(math.pow, base, exponent)


@export("math:ceil(2.5)", idempotent=True)
def ceil(term: Term) -> Term:
    """The smallest whole float that is not less than a number."""
    return _calculate(lambda x: math.copysign(math.ceil(x), x), term)


@export("math:floor(2.5)", idempotent=True)
def floor(term: Term) -> Term:
    """The largest whole float that is not greater than a number."""
    return _calculate(lambda x: math.copysign(math.floor(x), x), term)


@export("math:acos(1)", idempotent=True)
def acos(term: Term) -> Term:
    """The arc cosine of a number."""
    return _calculate(math.acos, term)


@export("math:acosh(1)", idempotent=True)
def acosh(term: Term) -> Term:
    """The hyperbolic arc cosine of a number."""
    return _calculate(math.acosh, term)


@export("math:asin(1)", idempotent=True)
def asin(term: Term) -> Term:
    """The arc sine of a number."""
    return _calculate(math.asin, term)


@export("math:asinh(1)", idempotent=True)
def asinh(term: Term) -> Term:
    """The hyperbolic arc sine of a number."""
    return _calculate(math.asinh, term)


@export("math:atan(1)", idempotent=True)
def atan(term: Term) -> Term:
    """The arc tangent of a number."""
    return _calculate(math.atan, term)


@export("math:atanh(0.5)", idempotent=True)
def atanh(term: Term) -> Term:
    """The hyperbolic arc tangent of a number."""
    return _calculate(math.atanh, term)


@export("math:cos(1)", idempotent=True)
def cos(term: Term) -> Term:
    """The cosine of a number."""
    return _calculate(math.cos, term)


@export("math:cosh(1)", idempotent=True)
def cosh(term: Term) -> Term:
    """The hyperbolic cosine of a number."""
    return _calculate(math.cosh, term)


@export("math:sin(1)", idempotent=True)
def sin(term: Term) -> Term:
    """The sine of a number."""
    return _calculate(math.sin, term)


@export("math:sinh(1)", idempotent=True)
def sinh(term: Term) -> Term:
    """The hyperbolic sine of a number."""
    return _calculate(math.sinh, term)


@export("math:tan(1)", idempotent=True)
def tan(term: Term) -> Term:
    """The tangent of a number."""
    return _calculate(math.tan, term)


@export("math:tanh(1)", idempotent=True)
def tanh(term: Term) -> Term:
    """The hyperbolic tangent of a number."""
    return _calculate(math.tanh, term)


@export("math:exp(1)", idempotent=True)
def exp(term: Term) -> Term:
    """The number e to the power of a number."""
    return _calculate(math.exp, term)


@export("math:log(2)", idempotent=True)
def log(term: Term) -> Term:
    """The natural logarithm of a number."""
    return _calculate(math.log, term)


@export("math:log10(100)", idempotent=True)
def log10(term: Term) -> Term:
    """The logarithm to the base of 10 of a number."""
    return _calculate(math.log10, term)


@export("math:log2(8)", idempotent=True)
def log2(term: Term) -> Term:
    """The logarithm to the base of 2 of a number."""
    return _calculate(math.log2, term)


@export("math:sqrt(2)", idempotent=True)
def sqrt(term: Term) -> Term:
    """The square root of a number."""
    return _calculate(math.sqrt, term)


@export("math:erf(1)", idempotent=True)
def erf(term: Term) -> Term:
    """The error function of a number."""
    return _calculate(math.erf, term)


@export("math:erfc(1)", idempotent=True)
def erfc(term: Term) -> Term:
    """The complementary error function of a number."""
    return _calculate(math.erfc, term)
