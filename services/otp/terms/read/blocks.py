"""The expressions that a keyword begins, none of which is a term: `erl_parse.yrl` of OTP 25."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from otp.terms.read.tokens import erl_parse_error

if TYPE_CHECKING:
    from otp.terms.read.grammar import Parser
    from otp.terms.read.scanner import Token


def function_clauses(parser: Parser) -> None:
    """`; f() -> ...`: to Erlang a term is the body of a function `f` without arguments, so more of it may follow."""
    heads = [(parser.tokens[0], "f", 0)]
    while parser.kind == ";":
        parser.advance()
        name = parser.expect("atom")
        heads.append((name, name.value, _patterns(parser)))
        _guard_and_body(parser)
    _check(parser, heads)
    parser.no_term()


def _begin(parser: Parser) -> None:
    parser.advance()
    parser.expressions()


def _if(parser: Parser) -> None:
    _clauses(parser, _if_clause)


def _if_clause(parser: Parser) -> None:
    _guard(parser)
    _body(parser)


def _case(parser: Parser) -> None:
    parser.advance()
    parser.expression()
    _clauses(parser, _case_clause, "of")


def _case_clause(parser: Parser) -> None:
    parser.expression()
    _guard_and_body(parser)


def _receive(parser: Parser) -> None:
    if parser.tokens[parser.index + 1].kind == "after":
        parser.advance()
    else:
        _clauses(parser, _case_clause)
    if parser.kind == "after":
        parser.advance()
        parser.expression()
        _body(parser)


def _fun(parser: Parser) -> None:
    parser.advance()
    heads = [_fun_clause(parser)]
    while parser.kind == ";":
        parser.advance()
        heads.append(_fun_clause(parser))
    parser.expect("end")
    _check(parser, heads)


def _fun_name(parser: Parser) -> None:
    """`fun f/1` or `fun m:f/1`."""
    parser.advance()
    parser.advance()
    local = parser.kind == "/" and parser.tokens[parser.index - 1].kind == "atom"
    if not local:
        parser.expect(":")
        parser.expect("atom", "var")
    parser.expect("/")
    parser.expect("integer") if local else parser.expect("integer", "var")


def _fun_clause(parser: Parser) -> tuple[Token, str, int]:
    first = parser.tokens[parser.index]
    if first.kind == "var":
        parser.advance()
    arity = _patterns(parser)
    _guard_and_body(parser)
    return first, first.value, arity


def _try(parser: Parser) -> None:
    parser.advance()
    parser.expressions()
    if parser.kind == "of":
        _clauses(parser, _case_clause)
    if parser.kind != "catch":
        parser.expect("after")
        parser.expressions()
        return
    _clauses(parser, _try_clause)
    if parser.kind == "after":
        parser.advance()
        parser.expressions()


def _try_clause(parser: Parser) -> None:
    has_class = parser.kind in ("atom", "var") and parser.tokens[parser.index + 1].kind == ":"
    if has_class:
        parser.advance()
        parser.advance()
    parser.expression(pattern=True)
    if has_class and parser.kind == ":":
        parser.advance()
        parser.expect("var")
    _guard_and_body(parser)


def _clauses(parser: Parser, clause: Callable[[Parser], None], *keyword: str) -> None:
    """One or more, behind a keyword and with semicolons between."""
    parser.expect(*keyword) if keyword else parser.advance()
    clause(parser)
    while parser.kind == ";":
        parser.advance()
        clause(parser)


def _guard_and_body(parser: Parser) -> None:
    if parser.kind == "when":
        parser.advance()
        _guard(parser)
    _body(parser)


def _guard(parser: Parser) -> None:
    parser.expressions()
    while parser.kind == ";":
        parser.advance()
        parser.expressions()


def _body(parser: Parser) -> None:
    parser.expect("->")
    parser.expressions()


def _patterns(parser: Parser) -> int:
    """A clause's arguments, and how many they are."""
    parser.expect("(")
    return len(parser.sequence(")", lambda: parser.expression(pattern=True)))


def _check(parser: Parser, heads: list[tuple[Token, str, int]]) -> None:
    """The clauses of a function have one name and one number of arguments."""
    for first, name, arity in heads:
        if (name, arity) != heads[0][1:]:
            raise erl_parse_error(parser.line(first), "head mismatch")


_READERS: dict[str, Callable[[Parser], None]] = {
    "begin": _begin,
    "if": _if,
    "case": _case,
    "receive": _receive,
    "try": _try,
}
BLOCKS = frozenset((*_READERS, "fun"))


def read_block(parser: Parser) -> None:
    """What the next token, a keyword, begins."""
    following = [token.kind for token in parser.tokens[parser.index + 1 : parser.index + 3]]
    if parser.kind == "fun":
        _fun_name(parser) if following[0] == "atom" or following == ["var", ":"] else _fun(parser)
    else:
        _READERS[parser.kind](parser)
        parser.expect("end")
    parser.no_term()
