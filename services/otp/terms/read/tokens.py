"""A text's tokens one after the other, and what Erlang says of the one that fits no rule."""

from collections.abc import Callable
from typing import Any, NoReturn

from otp.errors import ParseError
from otp.terms.print.literals import atom_text, char_text, float_text, integer_text, quoted
from otp.terms.read.scanner import END, Token, line_of, scan
from otp.terms.types import Atom

_TOKEN_TEXTS: dict[str, Callable[[Any], str]] = {
    "atom": atom_text,
    "integer": integer_text,
    "float": float_text,
    "char": char_text,
    "string": lambda characters: quoted(characters, '"'),
    "var": str,
    "dot": lambda _: "'.'",
    END: lambda _: "",
}


class TokenStream:
    """`kind` is the kind of the next token."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = scan(text)
        self.index = 0
        self.kind = self.tokens[0].kind

    def advance(self) -> Token:
        """The next token, which is then consumed."""
        token = self.tokens[self.index]
        self.index += 1
        self.kind = self.tokens[self.index].kind
        return token

    def expect(self, *kinds: str) -> Token:
        """The next token, which must be one of these."""
        if self.kind not in kinds:
            self.fail()
        return self.advance()

    def fail(self) -> NoReturn:
        """The next token fits no rule. The end is said to be where the last token is."""
        token = self.tokens[self.index]
        place = self.tokens[self.index - 1] if token.kind == END else token
        raise syntax_error(self.line(place), token)

    def line(self, token: Token) -> int:
        """The line a token is in."""
        return line_of(self.text, token.start)


def syntax_error(line: int, before: Token) -> ParseError:
    """What Erlang says of the first token that fits no rule."""
    text = _TOKEN_TEXTS.get(before.kind, atom_text)(before.value)
    return erl_parse_error(line, "syntax error before: ", text)


def erl_parse_error(line: int, *texts: str) -> ParseError:
    """`{Line,erl_parse,Text}`; several texts are a list of texts."""
    strings: list[Any] = [list(map(ord, text)) for text in texts]
    return ParseError((line, Atom("erl_parse"), strings if len(strings) > 1 else strings[0]))
