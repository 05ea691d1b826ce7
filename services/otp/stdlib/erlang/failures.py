"""`erlang`: the three ways to fail."""

from otp.errors import Failure
from otp.export import export
from otp.terms.types import Term


@export("erlang:error(reason)", idempotent=True)
def error(reason: Term) -> Term:
    """Fail with an error."""
    raise Failure("error", reason)


@export("erlang:exit(reason)", idempotent=True)
def exit_(reason: Term) -> Term:
    """Fail with an exit."""
    raise Failure("exit", reason)


@export("erlang:throw(value)", idempotent=True)
def throw(value: Term) -> Term:
    """Throw a value."""
    raise Failure("throw", value)
