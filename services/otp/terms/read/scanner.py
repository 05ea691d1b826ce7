"""Text to tokens, as `erl_scan:string/1` of OTP 25 cuts it."""

import re
from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple, NoReturn

from otp.errors import ParseError
from otp.terms.graphemes import first_graphemes
from otp.terms.lexical import LOWER_CASE, NAME_CHARACTERS, RESERVED_WORDS
from otp.terms.read.limits import (
    MAX_ATOM_CHARACTERS,
    MAX_DEPTH,
    MAX_INTEGER_DIGITS,
    MAX_TOKENS,
    check_depth,
    check_digits,
    exceeded,
)
from otp.terms.types import Atom, Term

END = "$end"

_NOT_UNICODE = r"\ud800-\udfff\ufffe\uffff"
_DIGITS = r"[0-9]+(?:_[0-9]+)*"
_ESCAPE = r"\\(?:[0-7]{1,3}|x\{[0-9A-Fa-f]+\}|x[0-9A-Fa-f]{2}|\^.|[^x^0-7])"
_TOKEN = re.compile(
    rf"""
    (?:[\x00-\x20\x80-\xa0]+|%[^\n{_NOT_UNICODE}]*)*+  # white space and comments
    (?:
      (?P<symbol>[,()\[\]{{}}])  # the most frequent ones first
    | (?P<float>{_DIGITS}\.{_DIGITS}(?:[eE][+-]?(?:{_DIGITS})?)?)
    | (?P<based>{_DIGITS}\#)
    | (?P<integer>{_DIGITS})
    | (?P<name>[{LOWER_CASE}][{NAME_CHARACTERS}]*)
    | (?P<var>[A-Z_\xc0-\xd6\xd8-\xde][{NAME_CHARACTERS}]*)
    | (?P<string>"(?:[^"\\]|\\\^.|\\.)*+")
    | (?P<quoted>'(?:[^'\\]|\\\^.|\\.)*+')
    | (?P<unterminated>["'])
    | (?P<char>\$(?:{_ESCAPE}|[^\\]))
    | (?P<dot>\.(?=[\x00-\x20\x80-\xa0%]|\Z))
    | (?P<operator>\.\.\.|\.\.|\?=|<<|<-|<=|>>|>=|->|--|\+\+|=:=|=/=|=<|=>|==|/=|\|\||:=|::|[!-\#%-\x7f\xa1-\xff])
    | (?P<end>\Z)
    | (?P<illegal>.)
    )
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPE_OR_NOT_UNICODE = re.compile(rf"{_ESCAPE}|[\\{_NOT_UNICODE}]", re.DOTALL)
_CONTROL_CHARACTERS = dict(zip("nrtvbfesd", "\n\r\t\v\b\f\x1b \x7f", strict=True))
_NESTING = dict.fromkeys(("(", "[", "{", "<<"), 1) | dict.fromkeys((")", "]", "}", ">>"), -1)


class Token(NamedTuple):
    """`kind` is erl_scan's category (symbols and reserved words are their own), or END behind the last token."""

    kind: str
    value: Any
    start: int


def scan(text: str) -> list[Token]:
    """The tokens of a text, END last. Raises ParseError with erl_scan's error, or with the limit that is exceeded."""
    tokens: list[Token] = []
    position, kind = 0, ""
    while kind != END:
        token, position = next_token(text, position)
        tokens.append(token)
        kind = token.kind
        if len(tokens) > MAX_TOKENS + 4:  # the brackets and the dot around the text, and the end
            exceeded("tokens", MAX_TOKENS)
    if len(tokens) > MAX_DEPTH:
        check_depth(_NESTING.get(token.kind, 0) for token in tokens)
    return tokens


def line_of(text: str, position: int) -> int:
    """The line a position is in, from 1."""
    return text.count("\n", 0, position) + 1


def next_token(text: str, position: int) -> tuple[Token, int]:
    """The token at a position or behind white space there, and where it ends."""
    match = _TOKEN.match(text, position)
    assert match is not None  # there is a group for any character and for the end
    kind = match.lastgroup
    assert kind is not None
    lexeme = match[kind]
    end = match.end()
    start = end - len(lexeme)
    if kind == "symbol":
        return Token(lexeme, lexeme, start), end
    if kind == "based":
        return _based_integer(text, start, end)
    return _READERS[kind](text, start, lexeme), end


def _fail(text: str, position: int, description: Term) -> NoReturn:
    raise ParseError((line_of(text, position), Atom("erl_scan"), description))


def _illegal(text: str, position: int, what: str) -> NoReturn:
    _fail(text, position, (Atom("illegal"), Atom(what)))


def _integer(text: str, start: int, lexeme: str) -> Token:
    if len(lexeme) > MAX_INTEGER_DIGITS:
        check_digits(lexeme)
    return Token("integer", int(lexeme), start)


def _based_integer(text: str, start: int, end: int) -> tuple[Token, int]:
    base = _integer(text, start, text[start : end - 1]).value
    if base not in range(2, 37):
        _fail(text, start, (Atom("base"), base))
    match = _based_digits(base).match(text, end)
    if not match or not match[0]:
        _illegal(text, start, "integer")
    check_digits(match[0])
    return Token("integer", int(match[0], base), start), match.end()


@cache
def _based_digits(base: int) -> re.Pattern[str]:
    """For each base when it comes: all 35 would be a fiftieth of the time that a node takes to start."""
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"[:base]
    return re.compile(f"(?i:[{digits}]+(?:_[{digits}]+)*)?")


def _float(text: str, start: int, lexeme: str) -> Token:
    try:
        value = float(lexeme)
    except ValueError:
        _illegal(text, start, "float")
    if value == float("inf"):
        _illegal(text, start, "float")
    return Token("float", value, start)


def _name(text: str, start: int, lexeme: str) -> Token:
    if lexeme in RESERVED_WORDS:
        return Token(lexeme, lexeme, start)
    return Token("atom", _atom(text, start, lexeme), start)


def _atom(text: str, start: int, characters: str, kind: str = "atom") -> Atom:
    if len(characters) > MAX_ATOM_CHARACTERS:
        _illegal(text, start, kind)
    return Atom(characters)


def _var(text: str, start: int, lexeme: str) -> Token:
    return Token("var", _atom(text, start, lexeme, "var"), start)


def _quoted(text: str, start: int, lexeme: str) -> Token:
    return Token("atom", _atom(text, start, _unescape(text, start + 1, lexeme[1:-1])), start)


def _string(text: str, start: int, lexeme: str) -> Token:
    return Token("string", _unescape(text, start + 1, lexeme[1:-1]), start)


def _unescape(text: str, start: int, body: str) -> str:
    if "\\" not in body and body.isascii():
        return body

    def character(match: re.Match[str]) -> str:
        return _character(text, start + match.start(), match[0])

    return _ESCAPE_OR_NOT_UNICODE.sub(character, body)


def _character(text: str, position: int, escape: str) -> str:
    """The character that an escape stands for; fails for a character that Unicode does not have."""
    if len(escape) == 1:
        _illegal(text, position, "character")
    head = escape[1]
    if head in "01234567":
        return chr(int(escape[1:], 8))
    if head == "^":
        return chr(ord(escape[2]) & 31)
    if head != "x":
        return _CONTROL_CHARACTERS.get(head) or _unicode(text, position, ord(head))
    return _unicode(text, position, int(escape[2:].strip("{}"), 16))


def _unicode(text: str, position: int, code: int) -> str:
    if code > 0x10FFFF or code in (0xFFFE, 0xFFFF) or 0xD800 <= code <= 0xDFFF:
        _illegal(text, position, "character")
    return chr(code)


def _char(text: str, start: int, lexeme: str) -> Token:
    character = lexeme[1:]
    if character[0] == "\\":
        return Token("char", ord(_character(text, start, character)), start)
    return Token("char", ord(_unicode(text, start, ord(character))), start)


def _unterminated(text: str, start: int, lexeme: str) -> NoReturn:
    body = _unescape(text, start + 1, text[start + 1 :])
    _fail(text, start, (Atom("string"), ord(lexeme), list(map(ord, first_graphemes(body, 16)))))


def _illegal_character(text: str, start: int, lexeme: str) -> NoReturn:
    _illegal(text, start, "character")


def _operator(text: str, start: int, lexeme: str) -> Token:
    return Token(lexeme, lexeme, start)


def _itself(kind: str) -> Callable[[str, int, str], Token]:
    return lambda text, start, lexeme: Token(kind, kind, start)


_READERS: dict[str, Callable[[str, int, str], Token]] = {
    "float": _float,
    "integer": _integer,
    "name": _name,
    "var": _var,
    "string": _string,
    "quoted": _quoted,
    "unterminated": _unterminated,
    "char": _char,
    "operator": _operator,
    "dot": _itself("dot"),
    "end": _itself(END),
    "illegal": _illegal_character,
}
