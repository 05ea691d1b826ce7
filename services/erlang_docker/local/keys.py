"""Bytes from a terminal to the names of keys."""

from collections.abc import Iterator

_SEQUENCES = {
    b"\x1b[A": "up",
    b"\x1b[B": "down",
    b"\x1bOA": "up",
    b"\x1bOB": "down",
    b"\x1b[5~": "page up",
    b"\x1b[6~": "page down",
    b"\x1b[H": "home",
    b"\x1b[F": "end",
    b"\x1bOH": "home",
    b"\x1bOF": "end",
    b"\x1b[1~": "home",
    b"\x1b[4~": "end",
    b"\r": "enter",
    b"\n": "enter",
    b"\x1b": "escape",
    b"\x03": "ctrl-c",
    b"\x1a": "ctrl-z",
}
_LONGEST = max(map(len, _SEQUENCES))


def keys_of(data: bytes) -> Iterator[str]:
    """The name of each key, of a letter or digit itself; a terminal sends the bytes of one key at once."""
    while data:
        lengths = range(min(_LONGEST, len(data)), 0, -1)
        length = next((length for length in lengths if data[:length] in _SEQUENCES), 1)
        yield _SEQUENCES.get(data[:length], data[:1].decode("latin-1"))
        data = data[length:]
