"""Tokens to terms: the expressions of `erl_parse.yrl` of OTP 25, which is what `erl_parse:parse_term/1` parses.

Every expression is read, because Erlang tells a syntax error from an expression that is no term ("bad term"). One
token of lookahead is enough everywhere, so the first token that fits no rule is the one Erlang names.
"""

from collections.abc import Callable, Mapping
from typing import Any

from otp.terms.read.blocks import BLOCKS, function_clauses, read_block
from otp.terms.read.brackets import PREFIXES, read_binary, read_list, read_map, read_tuple
from otp.terms.read.scanner import END
from otp.terms.read.tokens import TokenStream, erl_parse_error
from otp.terms.types import Term

_COMPARISON = 200  # the one priority that does not associate
_PATTERN_INFIX = (
    {"=": 100}
    | dict.fromkeys(("==", "/=", "=<", "<", ">=", ">", "=:=", "=/="), _COMPARISON)
    | dict.fromkeys(("++", "--"), 300)
    | dict.fromkeys(("+", "-", "bor", "bxor", "bsl", "bsr", "or", "xor"), 400)
    | dict.fromkeys(("/", "*", "div", "rem", "band", "and"), 500)
)
_INFIX = _PATTERN_INFIX | {"!": 100, "orelse": 150, "andalso": 160}
_PREFIXES_AND_CATCH = PREFIXES | {"catch"}
_LITERALS = frozenset(("integer", "float", "char", "atom"))
_NUMBERS = _LITERALS - {"atom"}
_SEPARATORS = frozenset((",", "]", "}", "|", "=>", ")"))


def parse(text: str) -> Term:
    """The term of a text that ends in a dot. Raises ParseError."""
    return Parser(text).form()


class Parser(TokenStream):
    """Reads expressions.

    What is no term makes `is_term` false, and then values no longer matter. `literal` is the kind of the literal read
    last, in parentheses or not, and empty after anything else: signs and segments of binaries ask for it. `binary_end`
    is where the last binary stands, which alone may come before `<=`.
    """

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.is_term = True
        self.literal = ""
        self.binary_end = (-1, -1)

    def form(self) -> Term:
        """One expression and a dot. The other forms that Erlang parses here are bad terms."""
        bad = self.tokens[0]
        value: Term = self.expression()
        if self.kind == ",":
            self.no_term()
            self.advance()
            bad = self.tokens[self.index]
            self.expressions()
        if self.kind == ";":
            function_clauses(self)
        self.expect("dot")
        if self.kind != END:
            self.fail()
        if not self.is_term:
            raise erl_parse_error(self.line(bad), "bad term")
        return value

    def no_term(self) -> None:
        """What was read is no term."""
        self.is_term = False
        self.literal = ""

    def expressions(self) -> list[Any]:
        """One or more, with commas between."""
        values = [self.expression()]
        while self.kind == ",":
            self.advance()
            values.append(self.expression())
        return values

    def expression(self, pattern: bool = False) -> Any:
        """One expression, or the less that may stand in a pattern."""
        kind = self.kind
        if kind in _LITERALS and self.tokens[self.index + 1].kind in _SEPARATORS:
            self.literal = kind
            return self.advance().value
        return self._operators(_PATTERN_INFIX, True) if pattern else self._operators(_INFIX, False)

    def _operators(self, infix: dict[str, int], pattern: bool) -> Any:
        """Operands and operators. Of the operators not yet complete only the priorities count, from low to high."""
        pending: list[int] = []
        while True:
            prefixes = self._prefixes(pattern)
            if "catch" in prefixes:  # it takes in all that follows
                pending.clear()
            value = self._pattern_operand() if pattern else self._operand()
            if prefixes:
                value = self.signed(prefixes, value)
            priority = infix.get(self.kind)
            if priority is None:
                return value
            self._infix(pending, priority)

    def _prefixes(self, pattern: bool) -> list[str]:
        allowed = PREFIXES if pattern else _PREFIXES_AND_CATCH
        prefixes = []
        while self.kind in allowed:
            prefixes.append(self.advance().kind)
        return prefixes

    def signed(self, prefixes: list[str], value: Any) -> Any:
        """What prefix operators make of a value: a sign before a number is a term, all else is not."""
        if prefixes not in (["+"], ["-"]) or self.literal not in _NUMBERS:
            self.no_term()
            return value
        self.literal = ""
        return -value if prefixes == ["-"] else value

    def _infix(self, pending: list[int], priority: int) -> None:
        while pending and pending[-1] > priority:
            pending.pop()
        if not pending or pending[-1] != priority:
            pending.append(priority)
        elif priority == _COMPARISON:
            self.fail()
        self.no_term()
        self.advance()

    # Operands

    def _operand(self) -> Any:
        if self.kind == "#":
            return self._updates(self._hash("{", "atom"))
        value = self.primary()
        if self.kind == "#":
            self.no_term()
            return self._updates(self._hash("{", "atom"))
        if self.kind == ":":
            self.advance()
            self.primary()
            self.no_term()
        if self.kind == "(":
            self._arguments()
        return value

    def _pattern_operand(self) -> Any:
        if self.kind == "#":
            return self._hash("{", "atom")[1]
        if self.kind == "(":
            return self.parenthesis(pattern=True)
        if self.kind == "[":
            return read_list(self, pattern=True)
        if self.kind == "<<":
            return read_binary(self, pattern=True)
        if self.kind not in _LITERALS and self.kind not in ("string", "var", "{"):
            self.fail()
        return self.primary()

    def _updates(self, read: tuple[str, Any]) -> Any:
        """What follows a map updates it as a map, what follows a record as a record."""
        what, value = read
        while self.kind == "#":
            self.no_term()
            self._hash(what)
        return value

    def _hash(self, *allowed: str) -> tuple[str, Any]:
        """`#{...}`, `#record{...}` or `#record.field`, with the token that tells the first from the others."""
        self.advance()
        what = self.expect(*allowed).kind
        if what == "{":
            return what, read_map(self)
        self.no_term()
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
        self.no_term()
        self.advance()
        self.sequence(")", self.expression)

    def sequence(self, closing: str, item: Callable[[], Any]) -> list[Any]:
        """None or more items with commas between, and what closes them."""
        items = []
        if self.kind != closing:
            items.append(item())
            while self.kind == ",":
                self.advance()
                items.append(item())
        self.expect(closing)
        self.literal = ""
        return items

    def primary(self) -> Any:
        """`expr_max`: what needs no parentheses anywhere."""
        kind = self.kind
        if kind in _LITERALS:
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
        """A variable, which is no term."""
        self.no_term()
        self.advance()

    def parenthesis(self, pattern: bool = False) -> Any:
        """An expression in parentheses, which make no difference."""
        self.advance()
        value = self.expression(pattern)
        self.expect(")")
        return value


_PRIMARIES: Mapping[str, Callable[[Parser], Any]] = {
    "string": Parser.string,
    "var": Parser.variable,
    "(": Parser.parenthesis,
    "[": read_list,
    "{": read_tuple,
    "<<": read_binary,
    **dict.fromkeys(BLOCKS, read_block),
}
