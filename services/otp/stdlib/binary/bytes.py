"""`binary`: bytes, parts of them, numbers and hexadecimal digits."""

from binascii import a2b_hex
from typing import Literal

from otp.export import export
from otp.stdlib.arguments import binary, fail, integer, proper_list
from otp.stdlib.bounds import MAX_SIZE, check_bits, check_size
from otp.terms.types import BADARG, Atom, Bitstring, ImproperList, Term

BIG = Atom("big")
LITTLE = Atom("little")


@export('binary:at(<<"abc">>,1)', idempotent=True)
def at(subject: Term, position: Term) -> Term:
    """The byte at a position, from 0."""
    data = binary(subject)
    return data[integer(position, least=0, most=len(data) - 1)]


@export('binary:first(<<"abc">>)', idempotent=True)
def first(subject: Term) -> Term:
    """The first byte."""
    return at(subject, 0)


@export('binary:last(<<"abc">>)', idempotent=True)
def last(subject: Term) -> Term:
    """The last byte."""
    return at(subject, len(binary(subject)) - 1)


@export('binary:part(<<"abc">>,1,2)', idempotent=True)
def part(subject: Term, position: Term, length: Term) -> bytes:
    """Bytes from a position on; with a negative length, those before it."""
    return cut(binary(subject), position, length)


@export('binary:bin_to_list(<<"abc">>)', idempotent=True)
def bin_to_list_whole(subject: Term) -> Term:
    """The bytes as a list."""
    return list(binary(subject))


@export('binary:bin_to_list(<<"abc">>,1,2)', idempotent=True)
def bin_to_list(subject: Term, position: Term, length: Term) -> Term:
    """Some of the bytes as a list."""
    return list(cut(binary(subject), position, length))


@export('binary:list_to_bin([1,<<"abc">>,[2]])', idempotent=True)
def list_to_bin(data: Term) -> Term:
    """The bytes of a deep list of bytes and binaries."""
    result = bytearray()
    pending: list[Term] = [data if isinstance(data, (list, ImproperList)) else fail(BADARG)]
    while pending:
        item = pending.pop()
        if isinstance(item, bytes):
            result += item
        elif isinstance(item, list):
            pending.extend(reversed(item))
        elif isinstance(item, ImproperList):
            pending += [item.tail if isinstance(item.tail, bytes) else fail(BADARG), *reversed(item.items)]
        else:
            result.append(integer(item, least=0, most=255))
    return bytes(result)


@export('binary:copy(<<"ab">>,3)', idempotent=True)
def copy(subject: Term, count: Term = 1) -> Term:
    """The bytes repeated the given number of times."""
    times = integer(count, least=0)
    if times == 0 and isinstance(subject, Bitstring):
        return b""
    data = binary(subject)
    return data * min(times, check_size(len(data) * times, max(len(data), MAX_SIZE)))


@export("binary:decode_unsigned(<<1,0>>,little)", idempotent=True)
def decode_unsigned(subject: Term, endianness: Term = BIG) -> Term:
    """The number that bytes stand for."""
    data, order = binary(subject), _order(endianness)
    check_bits(8 * len(data.lstrip(b"\0") if order == "big" else data.rstrip(b"\0")))
    return int.from_bytes(data, order)


@export("binary:encode_unsigned(256,little)", idempotent=True)
def encode_unsigned(number: Term, endianness: Term = BIG) -> Term:
    """The bytes of a number, as few as hold it."""
    value = integer(number, least=0)
    return value.to_bytes(max(1, (value.bit_length() + 7) // 8), _order(endianness))


@export('binary:encode_hex(<<"abc">>)', idempotent=True)
def encode_hex(data: Term) -> Term:
    """Two upper-case hexadecimal digits for each byte."""
    if isinstance(data, Bitstring):
        return _whole_groups(data).hex().upper().encode()
    return binary(data).hex().upper().encode()


@export('binary:decode_hex(<<"616263">>)', idempotent=True)
def decode_hex(digits: Term) -> Term:
    """The bytes that hexadecimal digits stand for."""
    text = digits.data[:-2] if isinstance(digits, Bitstring) and len(digits.data) % 2 == 0 else binary(digits)
    try:
        return a2b_hex(text)
    except ValueError:
        fail(BADARG)


@export('binary:longest_common_prefix([<<"erlang">>,<<"ergonomy">>])', idempotent=True)
def longest_common_prefix(binaries: Term) -> Term:
    """How many bytes all of them start with."""
    return _common(_binaries(binaries))


@export('binary:longest_common_suffix([<<"erlang">>,<<"fang">>])', idempotent=True)
def longest_common_suffix(binaries: Term) -> Term:
    """How many bytes all of them end with."""
    return _common([data[::-1] for data in _binaries(binaries)])


def cut(data: bytes, position: Term, length: Term) -> bytes:
    """The bytes of a part; `badarg` when some of it is outside."""
    start, end = sorted((integer(position), integer(position) + integer(length)))
    return data[integer(start, least=0) : integer(end, most=len(data))]


def _order(endianness: Term) -> Literal["big", "little"]:
    if type(endianness) is not Atom or endianness not in (BIG, LITTLE):
        fail(BADARG)
    return "big" if endianness == BIG else "little"


def _whole_groups(data: Bitstring) -> bytes:
    """Of a bitstring, Erlang's encode_hex reads groups of 8 to 2 bytes by what divides its size, and drops the rest."""
    size = len(data.data)
    group = next((count for count in range(8, 1, -1) if size % count == 0), None) or fail(BADARG)
    return data.data[: (size - 1) // group * group]


def _binaries(term: Term) -> list[bytes]:
    return [binary(item) for item in proper_list(term)] or fail(BADARG)


def _common(binaries: list[bytes]) -> int:
    """What the least and the greatest start with, all in between start with."""
    least, greatest = min(binaries), max(binaries)
    return next((at for at, (one, other) in enumerate(zip(least, greatest, strict=False)) if one != other), len(least))
