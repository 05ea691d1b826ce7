"""Text to terms, as `erl_scan:string/1` and `erl_parse:parse_term/1` of OTP 25 read it."""

from otp.terms.read.flat import read_flat
from otp.terms.read.grammar import parse
from otp.terms.read.limits import check_text_size
from otp.terms.read.tokens import erl_parse_error
from otp.terms.types import Term


def parse_terms(text: str, line: int = 1) -> tuple[Term, ...]:
    """The terms of `[text].`; `line` is where the text stands in a longer one.

    Raises ParseError: its reason is the error information erl_scan or erl_parse gives, `{Line,Module,Description}`,
    or `{limit,Name,Max}`. A text that makes the list improper is a bad term.
    """
    if (flat := read_flat(text)) is not None:
        return flat
    check_text_size(text)
    terms = parse("\n" * (line - 1) + "[" + text + "].")
    if type(terms) is not list:
        raise erl_parse_error(line, "bad term")
    return tuple(terms)


def parse_term(text: str) -> Term:
    """The one term a text holds; raises ParseError as `parse_terms` does."""
    terms = parse_terms(text)
    if len(terms) != 1:
        raise erl_parse_error(1, "bad term")
    return terms[0]
