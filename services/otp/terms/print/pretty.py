"""Terms over several lines: `io_lib_pretty` of OTP 25 at 80 columns, without its limits of depth and characters."""

from collections.abc import Sequence

from otp.terms.print.measure import BRACKETS, Box, box_of, box_text, is_atomic
from otp.terms.print.one_line import one_line
from otp.terms.types import Term

COLUMNS = 80
MAX_BROKEN = 256 << 10
"""In characters. No reply is longer, and to break into lines what will be cut costs time that others wait for."""

_MIDDLE = COLUMNS // 2
_PAIR_INDENT = 4


class _TooFarRight(Exception):
    """With this indent a tuple's elements would begin in the right half of the line (`no_good` in io_lib_pretty)."""


def pretty(term: Term) -> str:
    """A term as `~tp` prints it; on one line beyond MAX_BROKEN characters. Raises Failure as `one_line` does."""
    text = one_line(term)
    return _broken(term) if COLUMNS - 1 <= len(text) <= MAX_BROKEN else text


def _broken(term: Term) -> str:
    """A term broken into lines where it does not fit; tags indent as they are long, else by 4, else by 1."""
    box = box_of(term)
    return _Layout(_tag_indent(box)).text(box)


def _tag_indent(box: Box) -> int:
    if not box.has_tag():
        return 0
    for indent in (0, 4):
        try:
            _Layout(indent, trial=True).lines(box, 1, 0)
        except _TooFarRight:
            continue
        return indent
    return 1


class _Layout:
    """One run over the boxes; `column` counts from 1, `depth` is how many closing brackets follow on the line.

    A trial run only finds out whether the indent of tags is good.
    """

    def __init__(self, tag_indent: int, trial: bool = False) -> None:
        self._tag_indent = tag_indent
        self._trial = trial
        self._parts: list[str] = []

    def text(self, box: Box) -> str:
        """The box, begun in the first column."""
        self.lines(box, 1, 0)
        return "".join(self._parts)

    def lines(self, box: Box, column: int, depth: int) -> None:
        """The box on one line if it fits, else broken."""
        if box.kind == "leaf" or box.length < COLUMNS - column - depth:
            self._parts.append(box_text(box))
        elif box.kind == "bytes":
            self._bytes(box.children, column + 2, depth)
        elif box.kind == "map":
            self._parts.append("#{")
            self._pairs(box.children, column + 2, depth)
            self._parts.append("}")
        elif box.kind == "tagged":
            self._parts.append("{")
            self._tagged(box, column, depth)
            self._parts.append("}")
        else:
            opening, closing = BRACKETS[box.kind]
            self._parts.append(opening)
            self._items(box.children, box.tail, column + 1, depth)
            self._parts.append(closing)

    def _new_line(self, column: int) -> None:
        self._parts.append("\n" + " " * (column - 1))

    def _tagged(self, box: Box, column: int, depth: int) -> None:
        tag, *items = box.children
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

    def _items(self, items: Sequence[Box], tail: Box | None, column: int, depth: int) -> None:
        width = self._element(items[0], column, 0 if len(items) > 1 else depth + 1)
        self._rest(items[1:], tail, column, column + width, depth)

    def _rest(self, items: Sequence[Box], tail: Box | None, indent: int, column: int, depth: int) -> None:
        """What follows the first: beside it where it fits, else on a line of its own at the indent."""
        last = len(items) - 1
        for index, item in enumerate(items):
            closing = 0 if index < last else depth + 1
            if is_atomic(item) and item.length + 1 < COLUMNS - column - (closing or 1):
                self._parts.append("," + box_text(item))
                column += item.length + 1
            else:
                self._parts.append(",")
                self._new_line(indent)
                column = indent + self._element(item, indent, closing)
        if tail:
            self._tail(tail, indent, column, depth + 1)

    def _tail(self, tail: Box, indent: int, column: int, depth: int) -> None:
        self._parts.append("|")
        if is_atomic(tail) and tail.length + 1 < COLUMNS - column - depth:
            self._parts.append(tail.text)
        else:
            self._new_line(indent)
            # io_lib_pretty tries the tail where the last item ended, and then prints it at the indent.
            self.lines(tail, column if self._trial else indent, depth)

    def _element(self, box: Box, column: int, depth: int) -> int:
        """Puts it there and says how wide it is; a whole line when nothing may follow on it."""
        if box.kind == "pair":
            self._pair(box, column, depth)
        else:
            self.lines(box, column, depth)
        fits = is_atomic(box) and box.length < COLUMNS - column - depth
        return box.length if fits else COLUMNS

    def _pairs(self, pairs: Sequence[Box], column: int, depth: int) -> None:
        self._items(pairs, None, column, depth)

    def _pair(self, pair: Box, column: int, depth: int) -> None:
        if pair.length < COLUMNS - column - depth:
            self._parts.append(box_text(pair))
            return
        key, value = pair.children
        indent = column + (self._tag_indent or _PAIR_INDENT)
        self.lines(key, column, depth)
        self._parts.append(" =>")
        self._new_line(indent)
        self.lines(value, indent, depth)

    def _bytes(self, parts: Sequence[Box], column: int, depth: int) -> None:
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
