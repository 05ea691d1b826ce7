"""How what is valid becomes what nobody expects; the same every time for the same source of chance."""

import re
from collections.abc import Callable, Sequence
from random import Random

MOST_BYTES = 300_000
NUMBERS = (0, 1, 2, 125, 126, 127, 128, 255, 256, 16_384, 65_535, 65_536, (1 << 24) - 1, 1 << 31, (1 << 32) - 1)
NUMBERS_LONG = (*NUMBERS, (1 << 53) + 1, (1 << 63) - 1, 1 << 63, (1 << 64) - 1, 1 << 64, 10**30)

Step = Callable[[Random, bytes, Sequence[bytes]], bytes]


def mutated(chance: Random, data: bytes, others: Sequence[bytes]) -> bytes:
    """Some steps away from what it was, once in a while none; `others` are what pieces are taken from."""
    for _ in range(chance.choice((0, 1, 1, 1, 2, 3, 6))):
        data = chance.choice(STEPS)(chance, data, others)[:MOST_BYTES]
    return data


def _span(chance: Random, data: bytes) -> tuple[int, int]:
    start = chance.randint(0, len(data))
    return start, min(len(data), start + chance.choice((1, 2, 4, 16, 64, len(data))))


def flip(chance: Random, data: bytes, others: Sequence[bytes]) -> bytes:
    """One bit."""
    at = chance.randrange(len(data) + 1)
    return data[:at] + bytes(byte ^ 1 << chance.randrange(8) for byte in data[at : at + 1]) + data[at + 1 :]


def cut(chance: Random, data: bytes, others: Sequence[bytes]) -> bytes:
    """The beginning only."""
    return data[: chance.randint(0, len(data))]


def drop(chance: Random, data: bytes, others: Sequence[bytes]) -> bytes:
    """Without a piece."""
    start, end = _span(chance, data)
    return data[:start] + data[end:]


def repeat(chance: Random, data: bytes, others: Sequence[bytes]) -> bytes:
    """A piece several times, now and then many."""
    start, end = _span(chance, data)
    times = chance.choice((2, 2, 3, 10, 100, 2000))
    return data[:start] + data[start:end] * min(times, MOST_BYTES // max(1, end - start)) + data[end:]


def insert(chance: Random, data: bytes, others: Sequence[bytes]) -> bytes:
    """Any bytes in the middle."""
    at = chance.randint(0, len(data))
    return data[:at] + chance.randbytes(chance.choice((1, 2, 8, 40))) + data[at:]


def splice(chance: Random, data: bytes, others: Sequence[bytes]) -> bytes:
    """A piece of another in place of one's own."""
    other = chance.choice(others)
    (start, end), (first, last) = _span(chance, data), _span(chance, other)
    return data[:start] + other[first:last] + data[end:]


def overwrite(chance: Random, data: bytes, others: Sequence[bytes]) -> bytes:
    """A number of 1, 2, 4 or 8 bytes that is often a limit."""
    at, size = chance.randint(0, len(data)), chance.choice((1, 2, 4, 8))
    number = (chance.choice(NUMBERS) & (1 << 8 * size) - 1).to_bytes(size, chance.choice(("big", "little")))
    return data[:at] + number + data[at + size :]


def count(chance: Random, data: bytes, others: Sequence[bytes]) -> bytes:
    """Another number in digits."""
    found = list(re.finditer(rb"\d+", data))
    if not found:
        return insert(chance, data, others)
    digits = chance.choice(found)
    # Not `str`, which refuses numbers that are long.
    number = b"1" + b"0" * 4400 if chance.random() < 0.05 else b"%d" % chance.choice(NUMBERS_LONG)
    return data[: digits.start()] + chance.choice((b"", b"-", b"+")) + number + data[digits.end() :]


STEPS: tuple[Step, ...] = (flip, cut, drop, repeat, insert, splice, splice, overwrite, count)
