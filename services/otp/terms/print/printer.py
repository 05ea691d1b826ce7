"""Terms to text, as `io_lib:format` of OTP 25 prints them with `~tp` and `~0tp`."""

from otp.errors import Failure
from otp.terms.print.flat import flat_text
from otp.terms.print.layout import COLUMNS, lay_out
from otp.terms.types import Atom, Term

MAX_LAID_OUT = 256 << 10
"""In characters. No reply is longer, and to lay out what will be cut costs time that others wait for."""


def flat(term: Term) -> str:
    """`~0tp`: one line. Raises Failure `system_limit` when the term is too deep or an integer too large to print."""
    try:
        return flat_text(term)
    except RecursionError:
        raise Failure("error", Atom("system_limit")) from None


def pretty(term: Term) -> str:
    """`~tp`: lines of 80 columns, broken as io_lib_pretty does; beyond MAX_LAID_OUT as `flat`, and fails as it does."""
    text = flat(term)
    return lay_out(term) if COLUMNS - 1 <= len(text) <= MAX_LAID_OUT else text
