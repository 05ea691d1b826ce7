"""`erlang`: terms compared, and booleans."""

from otp.export import export
from otp.stdlib.arguments import fail
from otp.terms.order import exact_equal, sort_key
from otp.terms.types import BADARG, FALSE, TRUE, Atom, Term


@export("erlang:'=='(1,1.0)", idempotent=True)
def equal(left: Term, right: Term) -> bool:
    """Whether two terms are equal; numbers are compared by value."""
    return left == right


@export("erlang:'/='(1,1.0)", idempotent=True)
def not_equal(left: Term, right: Term) -> bool:
    """Whether two terms are not equal; numbers are compared by value."""
    return left != right


@export("erlang:'=:='(1,1.0)", idempotent=True)
def exactly_equal(left: Term, right: Term) -> bool:
    """Whether two terms are the same: 1 is not 1.0."""
    return exact_equal(left, right)


@export("erlang:'=/='(1,1.0)", idempotent=True)
def exactly_not_equal(left: Term, right: Term) -> bool:
    """Whether two terms are not the same: 1 is not 1.0."""
    return not exact_equal(left, right)


@export("erlang:'<'(1,a)", idempotent=True)
def less(left: Term, right: Term) -> bool:
    """Whether the first comes before the second in the order of terms."""
    return sort_key(left) < sort_key(right)


@export("erlang:'=<'(1,a)", idempotent=True)
def less_or_equal(left: Term, right: Term) -> bool:
    """Whether the first does not come after the second in the order of terms."""
    return sort_key(left) <= sort_key(right)


@export("erlang:'>'(1,a)", idempotent=True)
def greater(left: Term, right: Term) -> bool:
    """Whether the first comes after the second in the order of terms."""
    return sort_key(left) > sort_key(right)


@export("erlang:'>='(1,a)", idempotent=True)
def greater_or_equal(left: Term, right: Term) -> bool:
    """Whether the first does not come before the second in the order of terms."""
    return sort_key(left) >= sort_key(right)


@export("erlang:max(1,a)", idempotent=True)
def largest(left: Term, right: Term) -> Term:
    """The one that comes later in the order of terms; the first when they are equal."""
    return max(left, right, key=sort_key)


@export("erlang:min(1,a)", idempotent=True)
def smallest(left: Term, right: Term) -> Term:
    """The one that comes earlier in the order of terms; the first when they are equal."""
    return min(left, right, key=sort_key)


@export("erlang:'and'(true,false)", idempotent=True)
def both(left: Term, right: Term) -> bool:
    """Whether both are true."""
    return boolean(left) & boolean(right)


@export("erlang:'or'(true,false)", idempotent=True)
def either(left: Term, right: Term) -> bool:
    """Whether at least one of them is true."""
    return boolean(left) | boolean(right)


@export("erlang:'xor'(true,false)", idempotent=True)
def one_of(left: Term, right: Term) -> bool:
    """Whether exactly one of them is true."""
    return boolean(left) ^ boolean(right)


@export("erlang:'not'(true)", idempotent=True)
def negation(term: Term) -> bool:
    """Whether it is false."""
    return not boolean(term)


def boolean(term: Term) -> bool:
    """One of the atoms `true` and `false`."""
    return term == TRUE if is_boolean(term) else fail(BADARG)


@export("erlang:is_boolean(true)", idempotent=True)
def is_boolean(term: Term) -> bool:
    """Whether it is true or false."""
    return isinstance(term, Atom) and term in (TRUE, FALSE)
