"""Terms measured before they are broken into lines: `print_length` in `io_lib_pretty` of OTP 25."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from otp.terms.graphemes import grapheme_count
from otp.terms.order import sorted_items
from otp.terms.print.one_line import binary_string_text, byte_texts, one_line, string_text
from otp.terms.types import Atom, Bitstring, ImproperList, Map, Term

_MANY = 100

BRACKETS = {"list": ("[", "]"), "tuple": ("{", "}"), "tagged": ("{", "}")}


@dataclass(slots=True)
class Box:
    """A term and the length of its text on one line. A leaf has only that text and is never broken."""

    kind: str
    length: int
    text: str = ""
    children: Sequence["Box"] = ()
    tail: "Box | None" = None

    def has_tag(self) -> bool:
        """Whether a tuple with a tag is in it, which may indent in two ways."""
        inner = (*self.children, self.tail) if self.tail else self.children
        return self.kind == "tagged" or any(box.has_tag() for box in inner if box.children)


def box_of(term: Term) -> Box:
    """The box of a term."""
    return _BOXES.get(type(term), _leaf)(term)


def _leaf(term: Term) -> Box:
    text = one_line(term)
    return Box("leaf", len(text), text)


def _atom(term: Atom) -> Box:
    text = one_line(term)
    return Box("leaf", grapheme_count(text), text)


def _list(term: list[Any]) -> Box:
    text = string_text(term) if term else "[]"
    return Box("leaf", len(text), text) if text else _composite("list", 2, _boxes(term))


def _boxes(items: Sequence[Any]) -> list[Box]:
    """An item that comes again shares its box: the characters of a text, copies that `lists:duplicate` made."""
    if len(items) < _MANY:
        return list(map(box_of, items))
    boxes = {key: box_of(item) for key, item in {id(item): item for item in items}.items()}
    return [boxes[id(item)] for item in items]


def _improper(term: ImproperList) -> Box:
    box = _composite("list", 2, _boxes(term.items))
    box.tail = box_of(term.tail)
    box.length += 1 + box.tail.length
    return box


def _tuple(term: tuple[Any, ...]) -> Box:
    if not term:
        return _leaf(term)
    kind = "tagged" if type(term[0]) is Atom and len(term) > 1 else "tuple"
    return _composite(kind, 2, _boxes(term))


def _map(term: Map) -> Box:
    if not len(term):
        return _leaf(term)
    return _composite("map", 3, [_pair(box_of(key), box_of(value)) for key, value in sorted_items(term)])


def _pair(key: Box, value: Box) -> Box:
    return Box("pair", key.length + len(" => ") + value.length, children=[key, value])


def _binary(term: bytes | Bitstring) -> Box:
    text = binary_string_text(term) if isinstance(term, bytes) else None
    if text or not term:
        return _leaf(term)
    texts = byte_texts(term)
    boxes = {text: Box("leaf", len(text), text) for text in set(texts)}
    return _composite("bytes", 4, [boxes[text] for text in texts])


def _composite(kind: str, brackets: int, children: list[Box]) -> Box:
    length = brackets + sum([child.length for child in children]) + len(children) - 1
    return Box(kind, length, children=children)


_BOXES: dict[type, Callable[[Any], Box]] = {
    Atom: _atom,
    list: _list,
    ImproperList: _improper,
    tuple: _tuple,
    Map: _map,
    bytes: _binary,
    Bitstring: _binary,
}


def box_text(box: Box) -> str:
    """The text of a box on one line. The box keeps it, as it may come again."""
    box.text = box.text or _joined(box)
    return box.text


def _joined(box: Box) -> str:
    texts = list(map(box_text, box.children))
    if box.kind == "pair":
        return " => ".join(texts)
    if box.kind == "bytes":
        return f"<<{','.join(texts)}>>"
    if box.kind == "map":
        return f"#{{{','.join(texts)}}}"
    opening, closing = BRACKETS[box.kind]
    tail = f"|{box_text(box.tail)}" if box.tail else ""
    return f"{opening}{','.join(texts)}{tail}{closing}"


def is_atomic(box: Box) -> bool:
    """Whether it may share a line with what stands before: a leaf, or a pair of leaves."""
    if box.kind == "leaf":
        return True
    return box.kind == "pair" and all(child.kind == "leaf" for child in box.children)
