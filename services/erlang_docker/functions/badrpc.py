"""What `rpc:call` gives for a call that did not end with a value (OTP, `rpc`)."""

from erlang_docker.errors import CallError
from otp.errors import Failure
from otp.terms.read.mfa import MFA
from otp.terms.types import Atom, Term

BADRPC = Atom("badrpc")
EXIT = Atom("EXIT")


def stacktrace(mfa: MFA) -> list[Term]:
    """The one entry a client may see: `[{M,F,Args,[]}]`."""
    return [(Atom(mfa.module), Atom(mfa.function), list(mfa.args), [])]


def badrpc(mfa: MFA, error: Failure | CallError) -> Term:
    """A throw is its value; everything else is a `{badrpc,Reason}`."""
    if isinstance(error, CallError):
        return (BADRPC, Atom(error.reason))
    reason: Term = error.reason
    if error.kind == "throw":
        return reason
    return (BADRPC, (EXIT, (reason, stacktrace(mfa)) if error.kind == "error" else reason))
