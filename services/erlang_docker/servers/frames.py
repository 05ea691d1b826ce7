"""A client's WebSocket frames: what RFC 6455 forbids, or nobody needs, and aiohttp lets pass.

Only headers and close codes are read. The first wrong frame is replaced by one that aiohttp refuses with the right
close code, after it has answered what came before; nothing that follows is passed on.
"""

from typing import NamedTuple, Self

MAX_EMPTY_FRAGMENTS = 1000
"""Of one message. They add nothing to its length, so no other limit would end them."""

_CLOSES_WITH_1002 = b"\xf1\x80\x00\x00\x00\x00"
"""The reserved bits are set."""
_CLOSES_WITH_1009 = b"\x80\xff\x7f\xff\xff\xff\xff\xff\xff\xff\x00\x00\x00\x00"
"""Longer than any limit."""
_FINAL = 0x80
_MASKED = 0x80
_CLOSE = 8
_ABNORMAL_CLOSURE = 1006
_MOST_CLOSE_CODE = 4999


class Frame(NamedTuple):
    """A frame's header."""

    final: bool
    opcode: int
    masked: bool
    length: int
    """Of the payload."""
    size: int
    """Of the header."""
    close_code: int | None

    @classmethod
    def read(cls, data: bytes, at: int) -> Self | None:
        """None while it is not whole."""
        if len(data) < at + 2:
            return None
        first, second = data[at], data[at + 1]
        extra = {126: 2, 127: 8}.get(second & 0x7F, 0)
        size = 2 + extra + 4 * (second >> 7)
        length = int.from_bytes(data[at + 2 : at + 2 + extra]) if extra else second & 0x7F
        has_code = first & 0xF == _CLOSE and length >= 2
        if len(data) < at + size + 2 * has_code:
            return None
        code = None
        if has_code:
            mask = data[at + size - 4 : at + size] if second & _MASKED else bytes(2)
            code = int.from_bytes((data[at + size] ^ mask[0], data[at + size + 1] ^ mask[1]))
        return cls(first & _FINAL != 0, first & 0xF, second & _MASKED != 0, length, size, code)


class FrameCheck:
    """Follows the frames of one connection, in whatever pieces they come."""

    def __init__(self) -> None:
        self.refused = ""
        """Why nothing more is passed on."""
        self._held = b""
        """The beginning of a header."""
        self._left = 0
        """Bytes of the present payload that have not come yet."""
        self._empty_fragments = 0

    def pass_on(self, data: bytes) -> bytes:
        """What of it aiohttp is to see now."""
        if self.refused:
            return b""
        if not self._left and not self._held and _is_short_command(data):
            self._empty_fragments = 0
            return data
        data, self._held = self._held + data, b""
        at = 0
        while True:
            step = min(self._left, len(data) - at)
            self._left -= step
            at += step
            frame = Frame.read(data, at)
            if frame is None:
                self._held = data[at:]
                return data[:at]
            if substitute := self._check(frame):
                return data[:at] + substitute
            self._left = frame.length
            at += frame.size

    def _check(self, frame: Frame) -> bytes:
        """What to pass on in its stead; nothing when it is as it should be."""
        if not frame.masked:
            self.refused = "unmasked_frame"
            return _CLOSES_WITH_1002
        if frame.close_code is not None and not _is_close_code(frame.close_code):
            self.refused = "close_code"
            return _CLOSES_WITH_1002
        if frame.opcode < _CLOSE:
            self._empty_fragments = 0 if frame.final else self._empty_fragments + (frame.length == 0)
        if self._empty_fragments > MAX_EMPTY_FRAGMENTS:
            self.refused = "empty_fragments"
            return _CLOSES_WITH_1009
        return b""


def _is_short_command(data: bytes) -> bool:
    """Whether it is exactly one text frame, final, masked and shorter than 126 bytes, as nearly all are."""
    return len(data) > 6 and data[0] == 0x81 and data[1] & _MASKED != 0 and len(data) == 6 + (data[1] & 0x7F) < 132


def _is_close_code(code: int) -> bool:
    """Those that aiohttp does not judge right; the others it refuses itself (RFC 6455, section 7.4)."""
    return code != _ABNORMAL_CLOSURE and code <= _MOST_CLOSE_CODE
