"""Terms to and from `erlang_docker.v1.Term`, without loss."""

from collections.abc import Callable, Iterable
from typing import Any

from erlang_docker.v1 import term_pb2
from otp.errors import Failure
from otp.terms.read.limits import MAX_ATOM_CHARACTERS
from otp.terms.types import SYSTEM_LIMIT, Atom, Bitstring, ImproperList, Map, Pid, Term, finite

MAX_DEPTH = 90
"""Of a term. Protobuf reads messages nested 100 deep, and the messages around a term need some of them."""

_LIST, _TUPLE, _MAP = term_pb2.COMPOSITE_LIST, term_pb2.COMPOSITE_TUPLE, term_pb2.COMPOSITE_MAP


def encode(term: Term, message: term_pb2.Term, depth: int = 1) -> None:
    """Fill in an empty message. Raises Failure `system_limit` for a term that is nested deeper than MAX_DEPTH."""
    write = _LEAVES.get(type(term))
    if write is not None:
        write(term, message)
    elif depth > MAX_DEPTH:
        raise Failure("error", SYSTEM_LIMIT)
    else:
        _COMPOSITES[type(term)](term, message, depth)


def decode(message: term_pb2.Term) -> Term:
    """The term of a message; of one that holds no value, `[]`.

    ValueError for what Erlang has not: a map that lacks a value, a float that is no number, a bitstring of other bits
    than it holds, an atom that is too long, a tail without items or one that is a list.
    """
    kind = message.WhichOneof("value")
    return _READERS[kind](message) if kind else []


def _write_integer(term: int, message: term_pb2.Term) -> None:
    if -(1 << 63) <= term < 1 << 63:
        message.integer = term
    else:
        message.big_integer = term.to_bytes(term.bit_length() // 8 + 1, "big", signed=True)


def _write_float(term: float, message: term_pb2.Term) -> None:
    message.float = term


def _write_atom(term: Atom, message: term_pb2.Term) -> None:
    message.atom = term


def _write_binary(term: bytes, message: term_pb2.Term) -> None:
    message.binary = term


def _write_bitstring(term: Bitstring, message: term_pb2.Term) -> None:
    message.bitstring.data = term.data
    message.bitstring.bits = term.bits


def _write_pid(term: Pid, message: term_pb2.Term) -> None:
    message.pid.number = term.number


def _write_list(term: list[Any], message: term_pb2.Term, depth: int) -> None:
    if term and type(term[0]) is int:
        try:
            message.charlist = "".join(map(chr, term))
        except (TypeError, ValueError, OverflowError):  # an item that is not an integer, or not a code point
            _write_items(term, _LIST, message, depth)
    else:
        _write_items(term, _LIST, message, depth)


def _write_improper(term: ImproperList, message: term_pb2.Term, depth: int) -> None:
    _write_items(term.items, _LIST, message, depth)
    encode(term.tail, message.tail, depth + 1)


def _write_tuple(term: tuple[Any, ...], message: term_pb2.Term, depth: int) -> None:
    _write_items(term, _TUPLE, message, depth)


def _write_map(term: Map, message: term_pb2.Term, depth: int) -> None:
    _write_items((item for pair in term.items() for item in pair), _MAP, message, depth)


def _write_items(items: Iterable[Any], composite: term_pb2.Composite, message: term_pb2.Term, depth: int) -> None:
    message.composite = composite
    add = message.items.add
    for item in items:
        encode(item, add(), depth + 1)


def _read_big_integer(message: term_pb2.Term) -> int:
    return int.from_bytes(message.big_integer, "big", signed=True)


def _read_atom(message: term_pb2.Term) -> Atom:
    if len(message.atom) > MAX_ATOM_CHARACTERS:
        raise ValueError("the name of an atom is too long")
    return Atom(message.atom)


def _read_bitstring(message: term_pb2.Term) -> Bitstring:
    data, bits = message.bitstring.data, message.bitstring.bits
    rest = bits % 8
    if not rest or len(data) != bits // 8 + 1 or data[-1] & (0xFF >> rest):
        raise ValueError(f"{len(data)} bytes are no bitstring of {bits} bits")
    return Bitstring(data, bits)


def _read_charlist(message: term_pb2.Term) -> list[int]:
    return list(map(ord, message.charlist))


def _read_pid(message: term_pb2.Term) -> Pid:
    return Pid(message.pid.number)


def _read_composite(message: term_pb2.Term) -> Term:
    items = list(map(decode, message.items))
    if message.composite == _TUPLE:
        return tuple(items)
    if message.composite == _MAP:
        return Map(zip(items[::2], items[1::2], strict=True))
    if message.HasField("tail"):
        return _improper(items, decode(message.tail))
    return items


def _improper(items: list[Term], tail: Term) -> ImproperList:
    if not items or isinstance(tail, list | ImproperList):
        raise ValueError("no list has such a tail")
    return ImproperList(tuple(items), tail)


_LEAVES: dict[type, Callable[[Any, term_pb2.Term], None]] = {
    int: _write_integer,
    float: _write_float,
    Atom: _write_atom,
    bytes: _write_binary,
    Bitstring: _write_bitstring,
    Pid: _write_pid,
}
_COMPOSITES: dict[type, Callable[[Any, term_pb2.Term, int], None]] = {
    list: _write_list,
    ImproperList: _write_improper,
    tuple: _write_tuple,
    Map: _write_map,
}
_READERS: dict[str, Callable[[term_pb2.Term], Term]] = {
    "integer": lambda message: message.integer,
    "big_integer": _read_big_integer,
    "float": lambda message: finite(message.float),
    "atom": _read_atom,
    "binary": lambda message: message.binary,
    "bitstring": _read_bitstring,
    "charlist": _read_charlist,
    "composite": _read_composite,
    "pid": _read_pid,
}
