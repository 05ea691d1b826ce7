"""A call, `Module:Function(Args)`."""

import re
from dataclasses import dataclass
from typing import Self

from otp.terms.lexical import LOWER_CASE, NAME_CHARACTERS, RESERVED_WORDS
from otp.terms.read.limits import check_text_size
from otp.terms.read.reader import parse_terms
from otp.terms.read.scanner import END, Token, line_of, next_token
from otp.terms.read.tokens import syntax_error
from otp.terms.types import Term

_NAME = f"[{LOWER_CASE}][{NAME_CHARACTERS}]{{0,254}}"
_CALL = re.compile(rf"({_NAME}):({_NAME})\((.*)\)[ \t\r\n]*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class MFA:
    """Module, function and arguments, as Erlang calls the three together."""

    module: str
    function: str
    args: tuple[Term, ...]

    @classmethod
    def parse(cls, text: str) -> Self:
        """Module and function are atoms as Erlang writes them, the arguments stand before the last parenthesis.

        Without parentheses it is a call without arguments.

        Raises ParseError with a reason as erl_scan and erl_parse give it: `{Line,erl_parse,Text}`.
        """
        check_text_size(text)
        match = _CALL.fullmatch(text)
        if match is None or match[1] in RESERVED_WORDS or match[2] in RESERVED_WORDS:
            return cls._parse(text)
        return cls(match[1], match[2], parse_terms(match[3]))

    @classmethod
    def _parse(cls, text: str) -> Self:
        module, position = _expect("atom", text, 0)
        _, position = _expect(":", text, position)
        function, position = _expect("atom", text, position)
        if next_token(text, position)[0].kind == END:
            return cls(module.value, function.value, ())
        _, position = _expect("(", text, position)
        last = text.rfind(")", position)
        end = len(text) if last < 0 else last
        args = parse_terms(text[position:end], line_of(text, position))
        _expect(END, text, end + 1)
        return cls(module.value, function.value, args)


def _expect(kind: str, text: str, position: int) -> tuple[Token, int]:
    token, end = next_token(text, position)
    if token.kind != kind:
        raise syntax_error(line_of(text, token.start), token)
    return token, end
