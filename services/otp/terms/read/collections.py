"""Lists, tuples, maps and binaries, and the comprehensions that begin like them: `erl_parse.yrl` of OTP 25."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from typing import Any

from otp.terms.cons import join
from otp.terms.read.binary import Segment, build
from otp.terms.read.tokens import TokenStream
from otp.terms.types import Map, Term

LITERALS = frozenset(("integer", "float", "char", "atom"))
PREFIXES = frozenset(("+", "-", "bnot", "not"))

_NUMBERS = LITERALS - {"atom"}


class CollectionParser(TokenStream, ABC):
    """Reads what stands in brackets. The expressions there are read by `grammar.Parser`, which extends this class.

    What is not a term makes `is_term` false, and then values no longer matter. `literal` is the kind of the literal
    read last, in parentheses or not, and empty after anything else: signs and segments of binaries ask for it.
    `binary_end` is where the last binary stands, which alone may come before `<=`.
    """

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.is_term = True
        self.literal = ""
        self.binary_end = (-1, -1)

    @abstractmethod
    def expression(self) -> Any:
        """One expression."""

    @abstractmethod
    def primary(self) -> Any:
        """`expr_max`: what needs no parentheses anywhere."""

    def not_a_term(self) -> None:
        """What was read is not a term."""
        self.is_term = False
        self.literal = ""

    def signed(self, prefixes: list[str], value: Any) -> Any:
        """What prefix operators make of a value: a sign before a number is a term, all else is not."""
        if prefixes not in (["+"], ["-"]) or self.literal not in _NUMBERS:
            self.not_a_term()
            return value
        self.literal = ""
        return -value if prefixes == ["-"] else value

    def sequence(self, closing: str, item: Callable[[], Any]) -> list[Any]:
        """Zero or more items with commas between, and what closes them."""
        items = []
        if self.kind != closing:
            items.append(item())
            while self.kind == ",":
                self.advance()
                items.append(item())
        self.expect(closing)
        self.literal = ""
        return items

    def read_tuple(self) -> tuple[Any, ...]:
        """`{a,b}`."""
        self.advance()
        return tuple(self.sequence("}", self.expression))

    def read_map(self) -> Map:
        """`#{Key => Value,...}`, from behind the opening bracket. With a `:=` it is not a term."""
        return Map(self.sequence("}", self._map_field))

    def _map_field(self) -> tuple[Any, Any]:
        key = self.expression()
        if self.expect("=>", ":=").kind == ":=":
            self.not_a_term()
        return key, self.expression()

    def read_list(self) -> Any:
        """`[a,b|c]`, or a list comprehension."""
        self.advance()
        if self.kind == "]":
            return self.sequence("]", self.expression)
        items = [self.expression()]
        if self.kind == "||":
            return self._comprehension("]")
        while self.kind == ",":
            self.advance()
            items.append(self.expression())
        value: Any = join(items, self._tail()) if self.kind == "|" else items
        self.expect("]")
        self.literal = ""
        return value

    def _tail(self) -> Any:
        self.advance()
        return self.expression()

    def read_binary(self) -> Any:
        """`<<Segment,...>>`, or a binary comprehension."""
        start = self.index
        self.advance()
        segments = []
        if self.kind != ">>":
            may_be_comprehension = self.kind not in PREFIXES
            value = self._segment_value()
            if self.kind == "||" and may_be_comprehension:
                return self._comprehension(">>")
            segments = self._segments(value)
        self.expect(">>")
        self.binary_end = (start, self.index)
        return self._built(segments)

    def _segments(self, value: Any) -> list[Segment]:
        segments = [self._segment(value)]
        while self.kind == ",":
            self.advance()
            segments.append(self._segment(self._segment_value()))
        return segments

    def _segment_value(self) -> Any:
        prefixes = [self.advance().kind] if self.kind in PREFIXES else []
        value = self.primary()
        return self.signed(prefixes, value) if prefixes else value

    def _segment(self, value: Any) -> Segment:
        is_string = self.literal == "string"
        size = None
        if self.kind == ":":
            self.advance()
            size = self.primary()
        return Segment(value, is_string, size, tuple(self._specifiers()))

    def _specifiers(self) -> Iterator[tuple[str, int | None]]:
        following = "/"
        while self.kind == following:
            self.advance()
            name, unit = self.expect("atom").value, None
            if self.kind == ":":
                self.advance()
                unit = self.expect("integer").value
            yield name, unit
            following = "-"

    def _built(self, segments: list[Segment]) -> Term:
        self.literal = ""
        if self.is_term:
            try:
                return build(segments)
            except ValueError:
                self.not_a_term()
        return b""

    def _comprehension(self, closing: str) -> None:
        self.advance()
        self._qualifier()
        while self.kind == ",":
            self.advance()
            self._qualifier()
        self.expect(closing)
        self.not_a_term()

    def _qualifier(self) -> None:
        start = self.index
        self.expression()
        if self.kind == "<-" or (self.kind == "<=" and self.binary_end == (start, self.index)):
            self.advance()
            self.expression()
