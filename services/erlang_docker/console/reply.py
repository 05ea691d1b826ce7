"""What a command is answered with: as Erlang prints it, and as a value for programs."""

from typing import NamedTuple, TypeAlias

from erlang_docker.errors import Busy, CallError
from erlang_docker.functions.badrpc import badrpc, stacktrace
from otp.errors import Failure, ParseError
from otp.terms.print.pretty import pretty
from otp.terms.read.mfa import MFA
from otp.terms.types import ERROR, SYSTEM_LIMIT, Atom, Term

MAX_COMMAND_BYTES = 64 << 10
MAX_REPLY_CHARACTERS = 256 << 10

Outcome: TypeAlias = Term | Failure | CallError | ParseError

_LIMIT = (Atom("limit"), Atom("text_bytes"), MAX_COMMAND_BYTES)


class Reply(NamedTuple):
    """What Erlang would print, and how the command ended; None for what is echoed."""

    text: str
    outcome: Outcome | None = None


TOO_LONG = Reply(pretty((ERROR, _LIMIT)), ParseError(_LIMIT))


def is_too_long(command: str) -> bool:
    """Whether it is more than the 64 KiB that are read."""
    return len(command) * 4 > MAX_COMMAND_BYTES and len(command.encode(errors="replace")) > MAX_COMMAND_BYTES


def error_term(mfa: MFA, error: Failure | CallError) -> Term:
    """How `mfa` shows what went wrong."""
    if isinstance(error, Busy):
        return (ERROR, Atom(error.reason))
    if isinstance(error, CallError):
        return (ERROR, Atom(error.reason), stacktrace(mfa))
    return (Atom(error.kind), error.reason, stacktrace(mfa))


def badrpc_term(mfa: MFA, error: Failure | CallError) -> Term:
    """How `rpc` does."""
    return (ERROR, Atom(error.reason)) if isinstance(error, Busy) else badrpc(mfa, error)


def print_value(value: Term) -> str:
    """Cut where it is too long; Failure `system_limit` for what is nested too deep."""
    try:
        text = pretty(value)
    except RecursionError:
        raise Failure("error", SYSTEM_LIMIT) from None
    if len(text) <= MAX_REPLY_CHARACTERS:
        return text
    return f"{text[:MAX_REPLY_CHARACTERS]}... cut after {MAX_REPLY_CHARACTERS} of {len(text)} characters"
