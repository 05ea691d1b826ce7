"""Terms measured for laying out: `print_length` in `io_lib_pretty` of OTP 25."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from otp.terms.graphemes import grapheme_count
from otp.terms.order import sorted_items
from otp.terms.print.flat import binary_string_text, byte_texts, flat_text, string_text
from otp.terms.types import Atom, Bitstring, ImproperList, Map, Term

_MANY = 100

BRACKETS = {"list": ("[", "]"), "tuple": ("{", "}"), "tagged": ("{", "}")}


@dataclass(slots=True)
class Node:
    """A term and the length of its flat text. A leaf has only that text and is never broken."""

    kind: str
    length: int
    text: str = ""
    children: Sequence["Node"] = ()
    tail: "Node | None" = None

    def has_tag(self) -> bool:
        """Whether a tuple with a tag is in it, which may indent in two ways."""
        inner = (*self.children, self.tail) if self.tail else self.children
        return self.kind == "tagged" or any(node.has_tag() for node in inner if node.children)


def node_of(term: Term) -> Node:
    """The node of a term."""
    return _NODES.get(type(term), _leaf)(term)


def _leaf(term: Term) -> Node:
    text = flat_text(term)
    return Node("leaf", len(text), text)


def _atom(term: Atom) -> Node:
    text = flat_text(term)
    return Node("leaf", grapheme_count(text), text)


def _list(term: list[Any]) -> Node:
    text = string_text(term) if term else "[]"
    return Node("leaf", len(text), text) if text else _composite("list", 2, _nodes(term))


def _nodes(items: Sequence[Any]) -> list[Node]:
    """An item that comes again shares its node: the characters of a text, copies that `lists:duplicate` made."""
    if len(items) < _MANY:
        return list(map(node_of, items))
    nodes = {key: node_of(item) for key, item in {id(item): item for item in items}.items()}
    return [nodes[id(item)] for item in items]


def _improper(term: ImproperList) -> Node:
    node = _composite("list", 2, _nodes(term.items))
    node.tail = node_of(term.tail)
    node.length += 1 + node.tail.length
    return node


def _tuple(term: tuple[Any, ...]) -> Node:
    if not term:
        return _leaf(term)
    kind = "tagged" if type(term[0]) is Atom and len(term) > 1 else "tuple"
    return _composite(kind, 2, _nodes(term))


def _map(term: Map) -> Node:
    if not len(term):
        return _leaf(term)
    return _composite("map", 3, [_pair(node_of(key), node_of(value)) for key, value in sorted_items(term)])


def _pair(key: Node, value: Node) -> Node:
    return Node("pair", key.length + len(" => ") + value.length, children=[key, value])


def _binary(term: bytes | Bitstring) -> Node:
    text = binary_string_text(term) if isinstance(term, bytes) else None
    if text or not term:
        return _leaf(term)
    texts = byte_texts(term)
    nodes = {text: Node("leaf", len(text), text) for text in set(texts)}
    return _composite("bytes", 4, [nodes[text] for text in texts])


def _composite(kind: str, brackets: int, children: list[Node]) -> Node:
    length = brackets + sum([child.length for child in children]) + len(children) - 1
    return Node(kind, length, children=children)


_NODES: dict[type, Callable[[Any], Node]] = {
    Atom: _atom,
    list: _list,
    ImproperList: _improper,
    tuple: _tuple,
    Map: _map,
    bytes: _binary,
    Bitstring: _binary,
}


def one_line(node: Node) -> str:
    """The flat text of a node, which keeps it, as it may come again."""
    node.text = node.text or _joined(node)
    return node.text


def _joined(node: Node) -> str:
    texts = list(map(one_line, node.children))
    if node.kind == "pair":
        return " => ".join(texts)
    if node.kind == "bytes":
        return f"<<{','.join(texts)}>>"
    if node.kind == "map":
        return f"#{{{','.join(texts)}}}"
    opening, closing = BRACKETS[node.kind]
    tail = f"|{one_line(node.tail)}" if node.tail else ""
    return f"{opening}{','.join(texts)}{tail}{closing}"


def is_atomic(node: Node) -> bool:
    """Whether it may share a line with what stands before: a leaf, or a pair of leaves."""
    if node.kind == "leaf":
        return True
    return node.kind == "pair" and all(child.kind == "leaf" for child in node.children)
