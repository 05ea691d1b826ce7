"""How a command or a call ended, in few words: those of the user's own function apart from those of the system."""

from erlang_docker.errors import Busy, CallTimeout, Forbidden, NodeDown
from otp.errors import Failure, ParseError

VALUE, REFUSED, TIMEOUT, CANCELLED = "value", "refused", "timeout", "cancelled"
_REASONS = ("undef", "badarg", "badarith", "function_clause", "system_limit", "crash")
_CLASSES = ("error", "exit", "throw")
_CALL_ERRORS = ((NodeDown, "nodedown"), (CallTimeout, TIMEOUT), (Busy, "busy"), (Forbidden, REFUSED))

USERS = ("syntax", *_REASONS, *_CLASSES)
"""What is wrong with what was typed or with the function that was called: nobody who runs the node can mend it."""
OUTCOMES = (VALUE, *USERS, *(name for _, name in _CALL_ERRORS), CANCELLED)


def outcome_of(outcome: object) -> str:
    """One of OUTCOMES: of a value, or of the exception that took its place."""
    if not isinstance(outcome, Exception):
        return VALUE
    if isinstance(outcome, Failure):
        return _failure(outcome)
    if isinstance(outcome, ParseError):
        return "syntax"
    return next((name for error, name in _CALL_ERRORS if isinstance(outcome, error)), "error")


def _failure(failure: Failure) -> str:
    """The reason where it is one of a few: anybody may raise any other."""
    reason = failure.reason
    if isinstance(reason, tuple) and reason:  # {crash,Id}, or {badmap,X}
        reason = reason[0]
    if failure.kind == "error" and isinstance(reason, str) and reason in _REASONS:
        return str(reason)
    return failure.kind if failure.kind in _CLASSES else "error"
