"""`erlang`: integers as bits, in two's complement of any length."""

from otp.export import export
from otp.stdlib.arguments import integer
from otp.stdlib.bounds import check_bits
from otp.terms.types import BADARITH, Term


@export("erlang:'band'(12,10)", idempotent=True)
def band(left: Term, right: Term) -> Term:
    """The bits that both have."""
    return integer(left, BADARITH) & integer(right, BADARITH)


@export("erlang:'bor'(12,10)", idempotent=True)
def bor(left: Term, right: Term) -> Term:
    """The bits that at least one of them has."""
    return integer(left, BADARITH) | integer(right, BADARITH)


@export("erlang:'bxor'(12,10)", idempotent=True)
def bxor(left: Term, right: Term) -> Term:
    """The bits that exactly one of them has."""
    return integer(left, BADARITH) ^ integer(right, BADARITH)


@export("erlang:'bnot'(5)", idempotent=True)
def bnot(term: Term) -> Term:
    """All bits inverted."""
    return ~integer(term, BADARITH)


@export("erlang:'bsl'(1,10)", idempotent=True)
def bsl(term: Term, count: Term) -> Term:
    """An integer shifted to the left; to the right when the count is negative."""
    return _shift(integer(term, BADARITH), integer(count, BADARITH))


@export("erlang:'bsr'(1024,3)", idempotent=True)
def bsr(term: Term, count: Term) -> Term:
    """An integer shifted to the right; to the left when the count is negative."""
    return _shift(integer(term, BADARITH), -integer(count, BADARITH))


def _shift(value: int, count: int) -> int:
    if count <= 0:
        return value >> min(-count, value.bit_length())
    return value << count if value and check_bits(value.bit_length() + count) else 0
