"""Tokens to terms: the expressions of `erl_parse.yrl` of OTP 25, which is what `erl_parse:parse_term/1` parses.

Expressions are read even where they are not terms, because Erlang tells a syntax error from a "bad term". Only those
that a keyword begins are not: they are bad terms at once. One token of lookahead is enough everywhere, so the first
token that fits no rule is the one Erlang names.
"""

from collections.abc import Callable, Mapping
from typing import Any, NoReturn

from otp.terms.read.collections import LITERALS, PREFIXES, CollectionParser
from otp.terms.read.scanner import END
from otp.terms.read.tokens import erl_parse_error
from otp.terms.types import Term

_COMPARISON = 200  # the one priority that does not associate
_INFIX = (
    {"=": 100, "!": 100, "orelse": 150, "andalso": 160}
    | dict.fromkeys(("==", "/=", "=<", "<", ">=", ">", "=:=", "=/="), _COMPARISON)
    | dict.fromkeys(("++", "--"), 300)
    | dict.fromkeys(("+", "-", "bor", "bxor", "bsl", "bsr", "or", "xor"), 400)
    | dict.fromkeys(("/", "*", "div", "rem", "band", "and"), 500)
)
_PREFIXES_AND_CATCH = PREFIXES | {"catch"}
_SEPARATORS = frozenset((",", "]", "}", "|", "=>", ")"))
_BLOCK_WORDS = ("begin", "case", "fun", "if", "receive", "try")


def parse(text: str) -> Term:
    """The term of a text that ends in a dot. Raises ParseError."""
    return Parser(text).form()


class Parser(CollectionParser):
    """Reads expressions. `bad` is the token whose line a bad term is reported in."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.bad = self.tokens[0]

    def form(self) -> Term:
        """One expression and a dot. Several with commas between are a bad term, in the line of the second."""
        value: Term = self.expression()
        if self.kind == ",":
            self.not_a_term()
            self.bad = self.tokens[self.index + 1]
        while self.kind == ",":
            self.advance()
            self.expression()
        self.expect("dot")
        if self.kind != END:
            self.fail()
        if not self.is_term:
            self.bad_term()
        return value

    def bad_term(self) -> NoReturn:
        """The text is an expression, but not a term."""
        raise erl_parse_error(self.line(self.bad), "bad term")

    def expression(self) -> Any:
        """One expression."""
        kind = self.kind
        if kind in LITERALS and self.tokens[self.index + 1].kind in _SEPARATORS:
            self.literal = kind
            return self.advance().value
        return self._operators()

    def _operators(self) -> Any:
        """Operands and operators. Of the operators not yet complete only the priorities count, from low to high."""
        pending: list[int] = []
        while True:
            prefixes = self._prefixes()
            if "catch" in prefixes:  # it takes in all that follows
                pending.clear()
            value = self._operand()
            if prefixes:
                value = self.signed(prefixes, value)
            priority = _INFIX.get(self.kind)
            if priority is None:
                return value
            self._infix(pending, priority)

    def _prefixes(self) -> list[str]:
        prefixes = []
        while self.kind in _PREFIXES_AND_CATCH:
            prefixes.append(self.advance().kind)
        return prefixes

    def _infix(self, pending: list[int], priority: int) -> None:
        while pending and pending[-1] > priority:
            pending.pop()
        if not pending or pending[-1] != priority:
            pending.append(priority)
        elif priority == _COMPARISON:
            self.fail()
        self.not_a_term()
        self.advance()

    # Operands

    def _operand(self) -> Any:
        if self.kind == "#":
            return self._updates(self._hash("{", "atom"))
        value = self.primary()
        if self.kind == "#":
            self.not_a_term()
            return self._updates(self._hash("{", "atom"))
        if self.kind == ":":
            self.advance()
            self.primary()
            self.not_a_term()
        if self.kind == "(":
            self._arguments()
        return value

    def _updates(self, read: tuple[str, Any]) -> Any:
        """What follows a map updates it as a map, what follows a record as a record."""
        what, value = read
        while self.kind == "#":
            self.not_a_term()
            self._hash(what)
        return value

    def _hash(self, *allowed: str) -> tuple[str, Any]:
        """`#{...}`, `#record{...}` or `#record.field`, with the token that tells the first from the others."""
        self.advance()
        what = self.expect(*allowed).kind
        if what == "{":
            return what, self.read_map()
        self.not_a_term()
        if self.expect("{", ".").kind == ".":
            self.expect("atom")
        else:
            self.sequence("}", self._record_field)
        return what, None

    def _record_field(self) -> None:
        self.expect("atom", "var")
        self.expect("=")
        self.expression()

    def _arguments(self) -> None:
        self.not_a_term()
        self.advance()
        self.sequence(")", self.expression)

    def primary(self) -> Any:
        """`expr_max`: what needs no parentheses anywhere."""
        kind = self.kind
        if kind in LITERALS:
            self.literal = kind
            return self.advance().value
        reader = _PRIMARIES.get(kind)
        if reader is None:
            self.fail()
        return reader(self)

    def string(self) -> list[int]:
        """String literals, one after the other, are one string."""
        characters = ""
        while self.kind == "string":
            characters += self.advance().value
        self.literal = "string"
        return list(map(ord, characters))

    def variable(self) -> None:
        """A variable, which is not a term."""
        self.not_a_term()
        self.advance()

    def parenthesis(self) -> Any:
        """An expression in parentheses, which make no difference."""
        self.advance()
        value = self.expression()
        self.expect(")")
        return value

    def block(self) -> NoReturn:
        """What a keyword begins is never a term. A keyword alone, which was meant for an atom, is a syntax error."""
        self.advance()
        if self.kind in _SEPARATORS:
            self.fail()
        self.bad_term()


_PRIMARIES: Mapping[str, Callable[[Parser], Any]] = {
    "string": Parser.string,
    "var": Parser.variable,
    "(": Parser.parenthesis,
    "[": Parser.read_list,
    "{": Parser.read_tuple,
    "<<": Parser.read_binary,
    **dict.fromkeys(_BLOCK_WORDS, Parser.block),
}
