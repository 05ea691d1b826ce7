"""Lists, tuples, maps and binaries, and the comprehensions that begin like them: `erl_parse.yrl` of OTP 25."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from otp.terms.read.binary import Segment, build
from otp.terms.types import ImproperList, Map, Term

if TYPE_CHECKING:
    from otp.terms.read.grammar import Parser

PREFIXES = frozenset(("+", "-", "bnot", "not"))


def read_tuple(parser: Parser) -> tuple[Any, ...]:
    """`{a,b}`."""
    parser.advance()
    return tuple(parser.sequence("}", parser.expression))


def read_map(parser: Parser) -> Map:
    """`#{Key => Value,...}`, from behind the opening bracket. A `:=` is no term."""
    return Map(parser.sequence("}", lambda: _map_field(parser)))


def _map_field(parser: Parser) -> tuple[Any, Any]:
    key = parser.expression()
    if parser.expect("=>", ":=").kind == ":=":
        parser.no_term()
    return key, parser.expression()


def read_list(parser: Parser, pattern: bool = False) -> Any:
    """`[a,b|c]`, or a list comprehension; no comprehension in a pattern."""
    parser.advance()
    if parser.kind == "]":
        return parser.sequence("]", parser.expression)
    items = [parser.expression()]
    if parser.kind == "||" and not pattern:
        return _comprehension(parser, "]")
    while parser.kind == ",":
        parser.advance()
        items.append(parser.expression())
    tail = _tail(parser) if parser.kind == "|" else []
    parser.expect("]")
    parser.literal = ""
    return _joined(items, tail)


def _joined(items: list[Any], tail: Any) -> Term:
    """A list with its tail, which may be a list itself."""
    if isinstance(tail, list):
        return items + tail
    if isinstance(tail, ImproperList):
        return ImproperList((*items, *tail.items), tail.tail)
    return ImproperList(tuple(items), tail)


def _tail(parser: Parser) -> Any:
    parser.advance()
    return parser.expression()


def _comprehension(parser: Parser, closing: str) -> None:
    parser.advance()
    _qualifier(parser)
    while parser.kind == ",":
        parser.advance()
        _qualifier(parser)
    parser.expect(closing)
    parser.no_term()


def _qualifier(parser: Parser) -> None:
    start = parser.index
    parser.expression()
    if parser.kind == "<-" or (parser.kind == "<=" and parser.binary_end == (start, parser.index)):
        parser.advance()
        parser.expression()


def read_binary(parser: Parser, pattern: bool = False) -> Any:
    """`<<Segment,...>>`, or a binary comprehension; no comprehension in a pattern."""
    start = parser.index
    parser.advance()
    segments = []
    if parser.kind != ">>":
        may_be_comprehension = parser.kind not in PREFIXES and not pattern
        value = _segment_value(parser)
        if parser.kind == "||" and may_be_comprehension:
            return _comprehension(parser, ">>")
        segments = _segments(parser, value)
    parser.expect(">>")
    parser.binary_end = (start, parser.index)
    return _built(parser, segments)


def _segments(parser: Parser, value: Any) -> list[Segment]:
    segments = [_segment(parser, value)]
    while parser.kind == ",":
        parser.advance()
        segments.append(_segment(parser, _segment_value(parser)))
    return segments


def _segment_value(parser: Parser) -> Any:
    prefixes = [parser.advance().kind] if parser.kind in PREFIXES else []
    value = parser.primary()
    return parser.signed(prefixes, value) if prefixes else value


def _segment(parser: Parser, value: Any) -> Segment:
    is_string = parser.literal == "string"
    size = None
    if parser.kind == ":":
        parser.advance()
        size = parser.primary()
    return Segment(value, is_string, size, tuple(_specifiers(parser)))


def _specifiers(parser: Parser) -> Iterator[tuple[str, int | None]]:
    following = "/"
    while parser.kind == following:
        parser.advance()
        name, unit = parser.expect("atom").value, None
        if parser.kind == ":":
            parser.advance()
            unit = parser.expect("integer").value
        yield name, unit
        following = "-"


def _built(parser: Parser, segments: list[Segment]) -> Term:
    parser.literal = ""
    if parser.is_term:
        try:
            return build(segments)
        except ValueError:
            parser.no_term()
    return b""
