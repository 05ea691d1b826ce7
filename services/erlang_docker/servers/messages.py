"""A WebSocket's messages: out of the bytes that come, and into the frames that go."""

import asyncio
from collections import deque

from aiohttp._websocket.reader import WebSocketDataQueue
from aiohttp.base_protocol import BaseProtocol
from aiohttp.http import WebSocketError, WSMessage, WSMsgType
from aiohttp.http_websocket import WebSocketReader

from erlang_docker.console.reply import MAX_COMMAND_BYTES
from erlang_docker.servers.frames import FrameCheck

PIECE_BYTES = 4096
"""What is parsed at once. Messages take many times the memory of their bytes, so bytes are what waits."""


def frame(kind: WSMsgType, payload: bytes) -> bytes:
    """A whole message in a frame of the server's: not masked (RFC 6455, section 5.2)."""
    size = len(payload)
    if size < 126:
        return b"%c%c%b" % (0x80 | kind, size, payload)
    if size < 1 << 16:
        return b"%c\x7e%b%b" % (0x80 | kind, size.to_bytes(2), payload)
    return b"%c\x7f%b%b" % (0x80 | kind, size.to_bytes(8), payload)


class Messages:
    """Takes bytes in whatever pieces, gives one message after another: aiohttp's parser, behind our check of frames.

    What is wrong is a message of the kind ERROR, after those that came before it; nothing follows.
    """

    def __init__(self, protocol: BaseProtocol) -> None:
        self._check = FrameCheck()
        self._queue = _Queue(protocol)
        # aiohttp refuses what reaches its limit, and 64 KiB are to be taken.
        self._reader = WebSocketReader(self._queue, MAX_COMMAND_BYTES + 1, compress=False, decode_text=True)
        self._parsed = self._queue.messages
        self._waiting = bytearray()

    def __len__(self) -> int:
        """Of the bytes that wait to be parsed."""
        return len(self._waiting)

    def feed(self, data: bytes) -> None:
        """What has come."""
        if self._parsed or self._waiting or len(data) > PIECE_BYTES:
            self._waiting += data
        else:
            self._parse(data)

    def next(self) -> WSMessage | None:
        """The next message; None while none is whole."""
        while not self._parsed and self._waiting:
            piece = bytes(self._waiting[:PIECE_BYTES])
            del self._waiting[:PIECE_BYTES]
            self._parse(piece)
        return self._parsed.popleft() if self._parsed else None

    def why(self, error: WebSocketError) -> str:
        """The reason of an ERROR, for the refusals."""
        return self._check.refused or f"close_{error.code}"

    def _parse(self, data: bytes) -> None:
        self._reader.feed_data(self._check.pass_on(data))


class _Queue(WebSocketDataQueue):
    """Where aiohttp's parser puts messages; without its waiting and its limit, which are for a task that reads."""

    def __init__(self, protocol: BaseProtocol) -> None:
        super().__init__(protocol, 0, loop=asyncio.get_running_loop())
        self.messages: deque[WSMessage] = deque()

    def feed_data(self, data: WSMessage, size: int) -> None:  # type: ignore[override]
        # No more than this: whoever calls it, in C, drops what it raises.
        self.messages.append(data)

    def set_exception(self, exc: BaseException, exc_cause: object = None) -> None:
        self.messages.append(WSMessage(WSMsgType.ERROR, exc, None))
