"""Iodata: binaries and lists of bytes, nested, each list with a binary for its tail if there is one."""

from collections.abc import Iterator

from otp.stdlib.arguments import fail
from otp.terms.cons import is_list, parts
from otp.terms.read.binary import from_bits, to_bits
from otp.terms.types import BADARG, Bitstring, Term


def io_bytes(term: Term) -> bytes:
    """The bytes of iodata; `badarg` for anything else."""
    return term if isinstance(term, bytes) else b"".join(map(_whole, io_parts(term)))


def io_parts(term: Term) -> Iterator[bytes | Bitstring]:
    """The bitstrings that a list of iodata is made of, its bytes among them as binaries."""
    if not is_list(term):
        fail(BADARG)
    stack = [iter((term,))]
    while stack:
        item = next(stack[-1], None)
        if item is None:
            stack.pop()
        elif is_list(item):
            items, tail = parts(item)
            stack.append(iter(items if tail == [] else (*items, _tail(tail))))
        else:
            yield _part(item)


def joined(pieces: list[bytes | Bitstring]) -> bytes | Bitstring:
    """Bitstrings one after the other."""
    if all(isinstance(piece, bytes) for piece in pieces):
        return b"".join(map(_whole, pieces))
    digits = "".join(f"{number:0{bits}b}" for number, bits in map(to_bits, pieces) if bits)
    return from_bits(int(digits, 2), len(digits))


def _tail(term: Term) -> Term:
    return term if isinstance(term, bytes | Bitstring) else fail(BADARG)


def _part(item: Term) -> bytes | Bitstring:
    if isinstance(item, bytes | Bitstring):
        return item
    return bytes((item,)) if isinstance(item, int) and 0 <= item <= 255 else fail(BADARG)


def _whole(piece: bytes | Bitstring) -> bytes:
    return piece if isinstance(piece, bytes) else fail(BADARG)
