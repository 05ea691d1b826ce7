"""Erlang's `unicode:chardata()`: binaries of UTF-8, and deep lists of code points and such binaries."""

from dataclasses import dataclass
from typing import Literal

from otp.stdlib.arguments import fail, is_integer
from otp.terms.types import BADARG, ImproperList, Term

SURROGATES = range(0xD800, 0xE000)
MAX_CHARACTER = 0x10FFFF


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text as far as it could be read, and the data from there on when something is wrong with it."""

    text: str
    state: Literal["whole", "error", "incomplete"] = "whole"
    rest: Term = b""


def decode(term: Term) -> Decoded:
    """Read chardata to its end or as far as it is valid text; `badarg` when anything in it is not chardata."""
    if isinstance(term, bytes):
        text, end, state = _utf8(term)
        return Decoded(text, state, term[end:])
    _check(term)
    return _read([_items(term)])


def _items(term: Term) -> list[Term]:
    """The items of a list from the last to the first; a tail counts as one."""
    if isinstance(term, ImproperList):
        return [term.tail, *reversed(term.items)]
    return term[::-1] if isinstance(term, list) else fail(BADARG)


def _check(term: Term) -> None:
    pending = _items(term)
    while pending:
        item = pending.pop()
        if isinstance(item, (list, ImproperList)):
            if isinstance(item, ImproperList) and not isinstance(item.tail, bytes):
                fail(BADARG)
            pending += _items(item)
        elif not (isinstance(item, bytes) or (is_integer(item) and -(1 << 59) <= item < 1 << 59)):
            fail(BADARG)


def _read(levels: list[list[Term]]) -> Decoded:
    parts: list[str] = []
    held = b""  # the start of a character that the next binary may end
    while levels:
        level = levels[-1]
        if not level:
            levels.pop()
            continue
        item = level.pop()
        if isinstance(item, (list, ImproperList)):
            levels += [_items(item)]
            continue
        if isinstance(item, bytes):
            text, end, state = _utf8(held + item)
            parts.append(text)
            held = (held + item)[end:]
            if state != "error":
                continue
            level.append(held)
        elif not held and 0 <= item <= MAX_CHARACTER and item not in SURROGATES:  # type: ignore[operator]
            parts.append(chr(item))  # type: ignore[arg-type]
            continue
        else:
            level.append(item)
            if held:
                return Decoded("".join(parts), "error", [held, _rest(levels)])
        return Decoded("".join(parts), "error", _rest(levels))
    return Decoded("".join(parts), "incomplete" if held else "whole", held)


def _rest(levels: list[list[Term]]) -> Term:
    *outer, rest = [level[::-1] for level in levels]
    for level in reversed(outer):
        rest = [rest, *level]
    return rest


def _utf8(data: bytes) -> tuple[str, int, Literal["whole", "error", "incomplete"]]:
    """The text, the bytes it took, and what ended it."""
    try:
        return data.decode(), len(data), "whole"
    except UnicodeDecodeError as error:
        text, tail = data[: error.start].decode(), data[error.start :]
        lead = tail[0]
        needs = 2 if 0xC0 <= lead < 0xE0 else 3 if 0xE0 <= lead < 0xF0 else 4 if 0xF0 <= lead < 0xF8 else 0
        cut = len(tail) < needs and all(0x80 <= byte < 0xC0 for byte in tail[1:])
        return text, error.start, "incomplete" if cut else "error"
