"""`erlang`: binaries, bitstrings and what they are made of."""

from otp.export import export
from otp.stdlib.arguments import binary, fail, integer
from otp.stdlib.erlang.iodata import io_bytes, io_parts, joined
from otp.terms.read.binary import from_bits, to_bits
from otp.terms.types import BADARG, Bitstring, Term


def bitstring(term: Term) -> bytes | Bitstring:
    """A bitstring; every binary is one."""
    return term if isinstance(term, bytes | Bitstring) else fail(BADARG)


def whole_bytes(term: Term) -> bytes:
    """The whole bytes that a bitstring begins with."""
    data = bitstring(term)
    return data if isinstance(data, bytes) else data.data[: data.bits // 8]


@export("erlang:bit_size(<<1:3>>)", idempotent=True)
def bit_size(term: Term) -> Term:
    """How many bits a bitstring has."""
    return to_bits(bitstring(term))[1]


@export("erlang:byte_size(<<1:3>>)", idempotent=True)
def byte_size(term: Term) -> Term:
    """How many bytes a bitstring takes."""
    return -(-to_bits(bitstring(term))[1] // 8)


@export("erlang:size({a,b})", idempotent=True)
def size(term: Term) -> Term:
    """How many elements a tuple has, or whole bytes a bitstring."""
    return len(term if isinstance(term, tuple) else whole_bytes(term))


@export('erlang:binary_part(<<"hello">>,1,3)', idempotent=True)
def binary_part(term: Term, start: Term, length: Term) -> Term:
    """The given number of bytes from a position that counts from 0; a negative length counts back."""
    data = whole_bytes(term)
    first = integer(start, least=0, most=len(data))
    last = integer(first + integer(length), least=0, most=len(data))
    return data[min(first, last) : max(first, last)]


@export('erlang:split_binary(<<"hello">>,2)', idempotent=True)
def split_binary(term: Term, position: Term) -> Term:
    """A bitstring in two, the first with the given number of bytes."""
    head = whole_bytes(term)
    size = integer(position, least=0, most=len(head))
    number, bits = to_bits(bitstring(term))
    rest = bits - 8 * size
    return (head[:size], from_bits(number & ((1 << rest) - 1), rest))


@export("erlang:binary_to_list(<<1,2>>)", idempotent=True)
def binary_to_list(term: Term) -> Term:
    """The bytes of a binary."""
    return list(binary(term))


@export("erlang:binary_to_list(<<1,2,3>>,1,2)", idempotent=True)
def binary_to_list_part(term: Term, start: Term, stop: Term) -> Term:
    """The bytes from one position to another; they count from 1."""
    data = whole_bytes(term)
    last = integer(stop, most=len(data))
    return list(data[integer(start, least=1, most=last) - 1 : last])


@export("erlang:bitstring_to_list(<<1,2:3>>)", idempotent=True)
def bitstring_to_list(term: Term) -> Term:
    """The bytes of a bitstring, and last the bits that are left of it."""
    head, (number, bits) = whole_bytes(term), to_bits(bitstring(term))
    rest = bits % 8
    return [*head, *([from_bits(number & ((1 << rest) - 1), rest)] if rest else [])]


@export('erlang:list_to_binary([1,"a",<<2>>])', idempotent=True)
def list_to_binary(term: Term) -> Term:
    """The binary of a list of iodata."""
    return io_bytes(term) if not isinstance(term, bytes) else fail(BADARG)


@export("erlang:list_to_bitstring([1,<<2:3>>])", idempotent=True)
def list_to_bitstring(term: Term) -> Term:
    """The bitstring of a list of bytes and bitstrings, nested."""
    return joined(list(io_parts(term)))


@export('erlang:iolist_to_binary([1,"a",<<2>>])', idempotent=True)
def iolist_to_binary(term: Term) -> Term:
    """The binary of iodata."""
    return io_bytes(term)


@export('erlang:iolist_size([1,"a",<<2>>])', idempotent=True)
def iolist_size(term: Term) -> Term:
    """How many bytes iodata has."""
    return len(io_bytes(term))
