"""Terms over several lines: `io_lib_pretty` of OTP 25 at 80 columns, without its limits of depth and characters."""

from collections.abc import Sequence

from otp.terms.print.nodes import BRACKETS, Node, is_atomic, node_of, one_line
from otp.terms.types import Term

COLUMNS = 80

_MIDDLE = COLUMNS // 2
_PAIR_INDENT = 4


class _TooFarRight(Exception):
    """With this indent a tuple's elements would begin in the right half of the line (`no_good` in io_lib_pretty)."""


def lay_out(term: Term) -> str:
    """A term broken into lines where it does not fit; tags indent as they are long, else by 4, else by 1."""
    node = node_of(term)
    return _Layout(_tag_indent(node)).text(node)


def _tag_indent(node: Node) -> int:
    if not node.has_tag():
        return 0
    for indent in (0, 4):
        try:
            _Layout(indent, trial=True).lines(node, 1, 0)
        except _TooFarRight:
            continue
        return indent
    return 1


class _Layout:
    """One run over the nodes; `column` counts from 1, `depth` is how many closing brackets follow on the line.

    A trial run only finds out whether the indent of tags is good.
    """

    def __init__(self, tag_indent: int, trial: bool = False) -> None:
        self._tag_indent = tag_indent
        self._trial = trial
        self._parts: list[str] = []

    def text(self, node: Node) -> str:
        """The node, begun in the first column."""
        self.lines(node, 1, 0)
        return "".join(self._parts)

    def lines(self, node: Node, column: int, depth: int) -> None:
        """The node on one line if it fits, else broken."""
        if node.kind == "leaf" or node.length < COLUMNS - column - depth:
            self._parts.append(one_line(node))
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
            opening, closing = BRACKETS[node.kind]
            self._parts.append(opening)
            self._items(node.children, node.tail, column + 1, depth)
            self._parts.append(closing)

    def _new_line(self, column: int) -> None:
        self._parts.append("\n" + " " * (column - 1))

    def _tagged(self, node: Node, column: int, depth: int) -> None:
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

    def _items(self, items: Sequence[Node], tail: Node | None, column: int, depth: int) -> None:
        width = self._element(items[0], column, 0 if len(items) > 1 else depth + 1)
        self._rest(items[1:], tail, column, column + width, depth)

    def _rest(self, items: Sequence[Node], tail: Node | None, indent: int, column: int, depth: int) -> None:
        """What follows the first: beside it where it fits, else on a line of its own at the indent."""
        last = len(items) - 1
        for index, item in enumerate(items):
            closing = 0 if index < last else depth + 1
            if is_atomic(item) and item.length + 1 < COLUMNS - column - (closing or 1):
                self._parts.append("," + one_line(item))
                column += item.length + 1
            else:
                self._parts.append(",")
                self._new_line(indent)
                column = indent + self._element(item, indent, closing)
        if tail:
            self._tail(tail, indent, column, depth + 1)

    def _tail(self, tail: Node, indent: int, column: int, depth: int) -> None:
        self._parts.append("|")
        if is_atomic(tail) and tail.length + 1 < COLUMNS - column - depth:
            self._parts.append(tail.text)
        else:
            self._new_line(indent)
            # io_lib_pretty tries the tail where the last item ended, and then prints it at the indent.
            self.lines(tail, column if self._trial else indent, depth)

    def _element(self, node: Node, column: int, depth: int) -> int:
        """Puts it there and says how wide it is; a whole line when nothing may follow on it."""
        if node.kind == "pair":
            self._pair(node, column, depth)
        else:
            self.lines(node, column, depth)
        fits = is_atomic(node) and node.length < COLUMNS - column - depth
        return node.length if fits else COLUMNS

    def _pairs(self, pairs: Sequence[Node], column: int, depth: int) -> None:
        self._items(pairs, None, column, depth)

    def _pair(self, pair: Node, column: int, depth: int) -> None:
        if pair.length < COLUMNS - column - depth:
            self._parts.append(one_line(pair))
            return
        key, value = pair.children
        indent = column + (self._tag_indent or _PAIR_INDENT)
        self.lines(key, column, depth)
        self._parts.append(" =>")
        self._new_line(indent)
        self.lines(value, indent, depth)

    def _bytes(self, parts: Sequence[Node], column: int, depth: int) -> None:
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
