"""Terms on one line, as `io_lib:format("~0tp", [Term])` of OTP 25 prints them."""

from collections.abc import Callable, Iterable
from typing import Any

from otp.errors import Failure
from otp.terms.order import sorted_items
from otp.terms.print.literals import atom_text, float_text, integer_text, is_printable, quoted
from otp.terms.types import SYSTEM_LIMIT, Atom, Bitstring, ImproperList, Map, Pid, Term


def one_line(term: Term) -> str:
    """A term on one line. Raises Failure `system_limit` when it is too deep or an integer too large to print."""
    try:
        return _text(term)
    except RecursionError:
        raise Failure("error", SYSTEM_LIMIT) from None


def string_text(items: list[Any]) -> str | None:
    """What a list prints as when it is a string: not empty, every item printable."""
    try:
        characters = bytes(items).decode("latin-1")
    except (TypeError, ValueError):
        return None
    return quoted(characters, '"') if is_printable(characters) else None


def binary_string_text(data: bytes) -> str | None:
    """What a binary prints as when it is a string: UTF-8 of printable characters, or printable bytes."""
    try:
        characters = data.decode("utf-8")
    except UnicodeDecodeError:
        characters = data.decode("latin-1")
    if not is_printable(characters):
        return None
    suffix = "/utf8" if len(characters) < len(data) else ""
    return "<<" + quoted(characters, '"') + suffix + ">>"


def byte_texts(term: bytes | Bitstring) -> list[str]:
    """The bytes of a bitstring, the last with its size when it is not whole."""
    if isinstance(term, bytes):
        return list(map(str, term))
    *whole, last = term.data
    rest = term.bits % 8
    return [*map(str, whole), f"{last >> (8 - rest)}:{rest}"]


def _text(term: Term) -> str:
    return _WRITERS[type(term)](term)


def _list(items: list[Any]) -> str:
    return string_text(items) or f"[{_join(items)}]"


def _join(items: Iterable[Any]) -> str:
    return ",".join([_WRITERS[type(item)](item) for item in items])


def _improper(term: ImproperList) -> str:
    return f"[{_join(term.items)}|{_text(term.tail)}]"


def _tuple(term: tuple[Any, ...]) -> str:
    return f"{{{_join(term)}}}"


def _map(term: Map) -> str:
    pairs = [f"{_text(key)} => {_text(value)}" for key, value in sorted_items(term)]
    return f"#{{{','.join(pairs)}}}"


def _binary(term: bytes) -> str:
    return binary_string_text(term) or _bitstring(term)


def _bitstring(term: bytes | Bitstring) -> str:
    return f"<<{','.join(byte_texts(term))}>>"


def _pid(term: Pid) -> str:
    return f"<0.{term.number}.0>"


_WRITERS: dict[type, Callable[[Any], str]] = {
    int: integer_text,
    float: float_text,
    Atom: atom_text,
    bytes: _binary,
    Bitstring: _bitstring,
    list: _list,
    ImproperList: _improper,
    tuple: _tuple,
    Map: _map,
    Pid: _pid,
}
