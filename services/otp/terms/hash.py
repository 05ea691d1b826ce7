"""The portable hashes of terms, as `make_hash` and `make_hash2` of the emulator define them (erts, utils.c)."""

import struct
from collections.abc import Iterator
from itertools import groupby

from otp.terms.cons import parts
from otp.terms.read.binary import to_bits
from otp.terms.types import Atom, Bitstring, ImproperList, Map, Pid, Term

_WORD = 0xFFFFFFFF
_GOLDEN = 0x9E3779B9
_PRIMES = (
    *(0, 268440163, 268439161, 268435459, 268436141, 268438633, 268437017, 268438039, 268437511),
    *(268439627, 268440479, 268440577, 268440581, 268440593, 268440611),
)
_NIL_HASH = 3468870702
_NIL_TAG = 2


def atom_hash(name: str) -> int:
    """P. J. Weinberger's hash of the characters; those beyond Latin-1 count byte by byte in UTF-8."""
    value = 0
    for code in b"".join(c.encode("latin-1" if ord(c) < 256 else "utf-8") for c in name):
        value = (value << 4) + code
        high = value & 0xF0000000
        value ^= high >> 24 ^ high
    return value


def portable_hash2(term: Term) -> int:
    """The 32 bits that `phash2` is cut from."""
    return _hash2(term, 0)


def _mixed(a: int, b: int, c: int) -> tuple[int, int, int]:
    """Bob Jenkins' mix of three words."""
    for right, left, last in ((13, 8, 13), (12, 16, 5), (3, 10, 15)):
        a = (a - b - c & _WORD) ^ c >> right
        b = (b - c - a & _WORD) ^ (a << left & _WORD)
        c = (c - a - b & _WORD) ^ b >> last
    return a, b, c


def _add(value: int, seed: int, factor: int, other: int = 0) -> int:
    constant = _GOLDEN * factor
    return _mixed(constant + value & _WORD, constant + other & _WORD, seed)[2]


def _hash2(term: Term, seed: int) -> int:
    if isinstance(term, Atom):
        return _add(atom_hash(term), seed, 3) if seed else atom_hash(term)
    if isinstance(term, int):
        return _integer(term, seed)
    if isinstance(term, float):
        high, low = _float_words(term)
        return _add(high, seed, 12, low)
    if isinstance(term, list | ImproperList):
        return _list(term, seed)
    if isinstance(term, tuple):
        return _all(term, _add(len(term), seed, 9))
    if isinstance(term, Map):
        return _map(term, seed)
    if isinstance(term, Pid):
        return _add(term.number, seed, 5)
    return _bits(term, seed)


def _all(terms: tuple[Term, ...], seed: int) -> int:
    for term in terms:
        seed = _hash2(term, seed)
    return seed


def _integer(value: int, seed: int) -> int:
    if -(1 << 27) <= value < 1 << 27:
        seed = _add(-value, seed, 1) if value < 0 else seed
        return _add(value, seed, 1)
    for word in _words(abs(value), 64):
        seed = _add(word & _WORD, seed, 10 if value < 0 else 11, word >> 32)
    return seed


def _words(value: int, bits: int) -> Iterator[int]:
    """An integer in words of the given number of bits, the lowest first."""
    size = bits // 8
    data = value.to_bytes(-(-value.bit_length() // bits) * size or size, "little")
    return (int.from_bytes(data[at : at + size], "little") for at in range(0, len(data), size))


def _float_words(value: float) -> tuple[int, int]:
    low, high = struct.unpack("<II", struct.pack("<d", value or 0.0))
    return high, low


def _list(term: Term, seed: int) -> int:
    """Bytes that follow each other are taken four at a time, other items one by one, and last the tail."""
    items, tail = parts(term)
    for is_byte, run in groupby(items, _is_byte):
        if is_byte:
            text = bytes(run)
            for at in range(0, len(text), 4):
                seed = _add(int.from_bytes(text[at : at + 4], "big"), seed, 4)
        else:
            seed = _all(tuple(run), seed)
    if tail != []:
        return _hash2(tail, seed)
    return _add(_NIL_TAG, seed, 2) if seed else _NIL_HASH


def _is_byte(term: Term) -> bool:
    return isinstance(term, int) and 0 <= term <= 255


def _map(term: Map, seed: int) -> int:
    seed = _add(len(term), seed, 16)
    pairs = 0
    for key, value in term.items():
        pairs ^= _hash2(value, _hash2(key, 0))
    return _add(pairs, seed, 19) if len(term) else seed


def _bits(term: bytes | Bitstring, seed: int) -> int:
    data, rest = (term, 0) if isinstance(term, bytes) else (term.data[:-1], term.bits % 8)
    constant = _GOLDEN * 13 + seed & _WORD
    if not data and not rest:
        return constant
    value = _block(data, constant)
    last = term.data[-1] >> (8 - rest) if isinstance(term, Bitstring) else 0
    return _add(rest, value, 15, last) if rest else value


def _block(data: bytes, c: int) -> int:
    a = b = _GOLDEN
    whole = len(data) // 12 * 12
    for at in range(0, whole, 12):
        x, y, z = struct.unpack_from("<III", data, at)
        a, b, c = _mixed(a + x & _WORD, b + y & _WORD, c + z & _WORD)
    rest = data[whole:]
    x, y = struct.unpack("<II", rest[:8].ljust(8, b"\0"))
    z = int.from_bytes(rest[8:], "little") << 8
    return _mixed(a + x & _WORD, b + y & _WORD, c + len(data) + z & _WORD)[2]


def portable_hash(term: Term) -> int:
    """The 32 bits of the older `phash`, which orders the buckets of `sets`."""
    return _hash1(term, 0) & _WORD


def _hash1(term: Term, seed: int) -> int:
    if isinstance(term, Atom):
        return (seed * _PRIMES[1] + atom_hash(term)) & _WORD
    if isinstance(term, int):
        for byte in b"".join(word.to_bytes(4, "little") for word in _words(abs(term), 32)):
            seed = (seed * _PRIMES[2] + byte) & _WORD
        return seed * _PRIMES[4 if term < 0 else 3] & _WORD
    if isinstance(term, float):
        high, low = _float_words(term)
        return (seed * _PRIMES[6] + (high ^ low)) & _WORD
    if isinstance(term, tuple):
        for item in term:
            seed = _hash1(item, seed)
        return (seed * _PRIMES[9] + len(term)) & _WORD
    if isinstance(term, Map):
        return (seed * _PRIMES[13] + _PRIMES[14] + portable_hash2(term)) & _WORD
    if isinstance(term, list | ImproperList):
        return _list1(term, seed)
    return _bits1(term, seed)


def _list1(term: Term, seed: int) -> int:
    items, tail = parts(term)
    for item in items:
        seed = (seed * _PRIMES[2] + item) & _WORD if _is_byte(item) else _hash1(item, seed)
    seed = _hash1(tail, seed) if tail != [] else (seed * _PRIMES[3] + 1) & _WORD
    return seed * _PRIMES[8] & _WORD if items else seed


def _bits1(term: Term, seed: int) -> int:
    number, bits = to_bits(term) if isinstance(term, bytes | Bitstring) else (0, 0)
    rest = bits % 8
    for byte in (number >> rest).to_bytes(bits // 8, "big"):
        seed = (seed * _PRIMES[1] + byte) & _WORD
    if rest:
        seed = ((seed * _PRIMES[1] + (number & ((1 << rest) - 1))) * _PRIMES[12] + rest) & _WORD
    return (seed * _PRIMES[4] + bits // 8) & _WORD
