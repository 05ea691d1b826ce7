"""Terms over several lines: `io_lib_pretty` of OTP 25 at 80 columns, without its limits of depth and characters."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from erlang_docker.terms.flat import binary_string_text, byte_texts, flat_text, string_text
from erlang_docker.terms.graphemes import grapheme_count
from erlang_docker.terms.order import sorted_items
from erlang_docker.terms.types import Atom, Bitstring, ImproperList, Map, Term

COLUMNS = 80

_MIDDLE = COLUMNS // 2
_PAIR_INDENT = 4
_BRACKETS = {"list": ("[", "]"), "tuple": ("{", "}"), "tagged": ("{", "}")}


class _TooFarRight(Exception):
    """With this indent a tuple's elements would begin in the right half of the line (`no_good` in io_lib_pretty)."""


@dataclass(slots=True)
class _Node:
    """A term and the length of its flat text. A leaf has only its text and is never broken."""

    kind: str
    length: int
    text: str = ""
    children: list["_Node"] = field(default_factory=list)
    tail: "_Node | None" = None


def lay_out(term: Term) -> str:
    """A term broken into lines where it does not fit; tags indent as they are long, else by 4, else by 1."""
    node = _node(term)
    for tag_indent in (0, 4):
        try:
            _Layout(tag_indent, trial=True).lines(node, 1, 0)
        except _TooFarRight:
            continue
        return _Layout(tag_indent).text(node)
    return _Layout(1).text(node)


def _node(term: Term) -> _Node:
    return _NODES.get(type(term), _leaf)(term)


def _leaf(term: Term) -> _Node:
    text = flat_text(term)
    return _Node("leaf", len(text), text)


def _atom(term: Atom) -> _Node:
    text = flat_text(term)
    return _Node("leaf", grapheme_count(text), text)


def _list(term: list[Any]) -> _Node:
    text = string_text(term) if term else "[]"
    return _Node("leaf", len(text), text) if text else _composite("list", 2, list(map(_node, term)))


def _improper(term: ImproperList) -> _Node:
    node = _composite("list", 2, list(map(_node, term.items)))
    node.tail = _node(term.tail)
    node.length += 1 + node.tail.length
    return node


def _tuple(term: tuple[Any, ...]) -> _Node:
    if not term:
        return _leaf(term)
    kind = "tagged" if type(term[0]) is Atom and len(term) > 1 else "tuple"
    return _composite(kind, 2, list(map(_node, term)))


def _map(term: Map) -> _Node:
    if not len(term):
        return _leaf(term)
    return _composite("map", 3, [_pair(_node(key), _node(value)) for key, value in sorted_items(term)])


def _pair(key: _Node, value: _Node) -> _Node:
    return _Node("pair", key.length + len(" => ") + value.length, children=[key, value])


def _binary(term: bytes | Bitstring) -> _Node:
    text = binary_string_text(term) if isinstance(term, bytes) else None
    if text or not term:
        return _leaf(term)
    return _composite("bytes", 4, [_Node("leaf", len(part), part) for part in byte_texts(term)])


def _composite(kind: str, brackets: int, children: list[_Node]) -> _Node:
    length = brackets + sum(child.length for child in children) + len(children) - 1
    return _Node(kind, length, children=children)


_NODES: dict[type, Callable[[Any], _Node]] = {
    Atom: _atom,
    list: _list,
    ImproperList: _improper,
    tuple: _tuple,
    Map: _map,
    bytes: _binary,
    Bitstring: _binary,
}


def _one_line(node: _Node) -> str:
    texts = list(map(_one_line, node.children))
    if node.kind == "leaf":
        return node.text
    if node.kind == "pair":
        return " => ".join(texts)
    if node.kind == "bytes":
        return f"<<{','.join(texts)}>>"
    if node.kind == "map":
        return f"#{{{','.join(texts)}}}"
    opening, closing = _BRACKETS[node.kind]
    tail = f"|{_one_line(node.tail)}" if node.tail else ""
    return f"{opening}{','.join(texts)}{tail}{closing}"


def _is_atomic(node: _Node) -> bool:
    """Whether it may share a line with what stands before: a leaf, or a pair of leaves."""
    if node.kind == "pair":
        return all(child.kind == "leaf" for child in node.children)
    return node.kind == "leaf"


class _Layout:
    """One run over the nodes; `column` counts from 1, `depth` is how many closing brackets follow on the line.

    A trial run only finds out whether the indent of tags is good.
    """

    def __init__(self, tag_indent: int, trial: bool = False) -> None:
        self._tag_indent = tag_indent
        self._trial = trial
        self._parts: list[str] = []

    def text(self, node: _Node) -> str:
        """The node, begun in the first column."""
        self.lines(node, 1, 0)
        return "".join(self._parts)

    def lines(self, node: _Node, column: int, depth: int) -> None:
        """The node on one line if it fits, else broken."""
        if node.kind == "leaf" or node.length < COLUMNS - column - depth:
            self._parts.append(_one_line(node))
        elif node.kind == "bytes":
            self._bytes(node.children, column + 2, depth)
        elif node.kind == "map":
            self._parts.append("#{")
            self._pairs(node.children, column + 2, depth)
            self._parts.append("}")
        elif node.kind == "tagged":
            self._parts.append("{")
            self._tagged(node, column, depth)
            self._parts.append("}")
        else:
            opening, closing = _BRACKETS[node.kind]
            self._parts.append(opening)
            self._items(node.children, node.tail, column + 1, depth)
            self._parts.append(closing)

    def _new_line(self, column: int) -> None:
        self._parts.append("\n" + " " * (column - 1))

    def _tagged(self, node: _Node, column: int, depth: int) -> None:
        tag, *items = node.children
        after_tag = tag.length + 2
        self._parts.append(tag.text)
        if 0 < self._tag_indent < after_tag:
            self._check(column + self._tag_indent <= _MIDDLE)
            self._rest(items, None, column + self._tag_indent, column + after_tag, depth)
        else:
            self._check(column + after_tag < _MIDDLE)
            self._parts.append(",")
            self._items(items, None, column + after_tag, depth)

    def _check(self, is_good: bool) -> None:
        if self._trial and not is_good:
            raise _TooFarRight

    def _items(self, items: list[_Node], tail: _Node | None, column: int, depth: int) -> None:
        width = self._element(items[0], column, 0 if len(items) > 1 else depth + 1)
        self._rest(items[1:], tail, column, column + width, depth)

    def _rest(self, items: list[_Node], tail: _Node | None, indent: int, column: int, depth: int) -> None:
        """What follows the first: beside it where it fits, else on a line of its own at the indent."""
        last = len(items) - 1
        for index, item in enumerate(items):
            closing = 0 if index < last else depth + 1
            if _is_atomic(item) and item.length + 1 < COLUMNS - column - (closing or 1):
                self._parts.append("," + _one_line(item))
                column += item.length + 1
            else:
                self._parts.append(",")
                self._new_line(indent)
                column = indent + self._element(item, indent, closing)
        if tail:
            self._tail(tail, indent, column, depth + 1)

    def _tail(self, tail: _Node, indent: int, column: int, depth: int) -> None:
        self._parts.append("|")
        if _is_atomic(tail) and tail.length + 1 < COLUMNS - column - depth:
            self._parts.append(tail.text)
        else:
            self._new_line(indent)
            # io_lib_pretty tries the tail where the last item ended, and then prints it at the indent.
            self.lines(tail, column if self._trial else indent, depth)

    def _element(self, node: _Node, column: int, depth: int) -> int:
        """Puts it there and says how wide it is; a whole line when nothing may follow on it."""
        if node.kind == "pair":
            self._pair(node, column, depth)
        else:
            self.lines(node, column, depth)
        fits = _is_atomic(node) and node.length < COLUMNS - column - depth
        return node.length if fits else COLUMNS

    def _pairs(self, pairs: list[_Node], column: int, depth: int) -> None:
        self._items(pairs, None, column, depth)

    def _pair(self, pair: _Node, column: int, depth: int) -> None:
        if pair.length < COLUMNS - column - depth:
            self._parts.append(_one_line(pair))
            return
        key, value = pair.children
        indent = column + (self._tag_indent or _PAIR_INDENT)
        self.lines(key, column, depth)
        self._parts.append(" =>")
        self._new_line(indent)
        self.lines(value, indent, depth)

    def _bytes(self, parts: list[_Node], column: int, depth: int) -> None:
        width = max(8, COLUMNS - column - depth)
        room = width
        *firsts, last = parts
        self._parts.append("<<")
        for part in firsts:
            room -= part.length + 1
            if room < 0:
                self._new_line(column)
                room = width - part.length - 1
            self._parts.append(part.text + ",")
        if last.length > room:
            self._new_line(column)
        self._parts.append(last.text + ">>")
