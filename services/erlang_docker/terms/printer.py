"""Terms to text, as `io_lib:format` of OTP 25 prints them with `~tp` and `~0tp`."""

from erlang_docker.errors import Failure
from erlang_docker.terms.flat import flat_text
from erlang_docker.terms.layout import COLUMNS, lay_out
from erlang_docker.terms.types import Atom, Term


def flat(term: Term) -> str:
    """`~0tp`: one line. Raises Failure `system_limit` when the term is too deep or an integer too large to print."""
    try:
        return flat_text(term)
    except RecursionError:
        raise Failure("error", Atom("system_limit")) from None


def pretty(term: Term) -> str:
    """`~tp`: lines of 80 columns, broken as io_lib_pretty does. Raises Failure as `flat` does."""
    text = flat(term)
    return text if len(text) < COLUMNS - 1 else lay_out(term)
