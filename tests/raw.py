"""Clients that send bytes as they are, right or wrong."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from harness import LOOPBACK

TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10
GET = b"GET /ping HTTP/1.1\r\nHost: localhost\r\n\r\n"
UPGRADE = (
    b"GET /websocket HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)


def frame(opcode: int, payload: bytes = b"", final: bool = True, mask: bytes | None = b"\x01\x02\x03\x04") -> bytes:
    """A WebSocket frame (RFC 6455, section 5.2); not masked when there is no mask."""
    size, masked = len(payload), 0x80 if mask else 0
    if size < 126:
        length = bytes([masked | size])
    elif size < 1 << 16:
        length = bytes([masked | 126]) + size.to_bytes(2)
    else:
        length = bytes([masked | 127]) + size.to_bytes(8)
    if mask:
        payload = mask + bytes(byte ^ mask[at % 4] for at, byte in enumerate(payload))
    return bytes([(0x80 if final else 0) | opcode]) + length + payload


def closing(code: int, reason: bytes = b"") -> bytes:
    """A close frame."""
    return frame(CLOSE, code.to_bytes(2) + reason)


class Raw:
    """A TCP connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    def send(self, sent: bytes) -> None:
        """Now, without waiting."""
        self.writer.write(sent)

    async def head(self) -> bytes:
        """An HTTP response up to its body."""
        return await asyncio.wait_for(self.reader.readuntil(b"\r\n\r\n"), 10)

    async def status(self) -> int:
        """That of an HTTP response, after all of it has come."""
        head = await self.head()
        size = next(line for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:"))
        await self.reader.readexactly(int(size.partition(b":")[2]))
        return int(head.split()[1])

    async def frame(self) -> tuple[int, bytes]:
        """Opcode and payload of the node's next frame."""
        first, second = await asyncio.wait_for(self.reader.readexactly(2), 10)
        size = second
        if second > 125:
            size = int.from_bytes(await self.reader.readexactly(2 if second == 126 else 8))
        return first & 0xF, await self.reader.readexactly(size)

    async def close_code(self) -> int:
        """What the node closes with, after whatever it says before."""
        while True:
            opcode, payload = await self.frame()
            if opcode == CLOSE:
                return int.from_bytes(payload[:2])

    async def rest(self) -> bytes:
        """What comes until the node closes, however it does."""
        try:
            return await asyncio.wait_for(self.reader.read(), 20)
        except ConnectionError:
            return b""


@asynccontextmanager
async def connect(port: int, address: str = LOOPBACK) -> AsyncIterator[Raw]:
    """A connection to a port of this machine, from one of its loopback addresses."""
    reader, writer = await asyncio.open_connection(LOOPBACK, port, local_addr=(address, 0))
    try:
        yield Raw(reader, writer)
    finally:
        writer.close()


@asynccontextmanager
async def upgraded(port: int, address: str = LOOPBACK) -> AsyncIterator[Raw]:
    """An open WebSocket."""
    async with connect(port, address) as raw:
        raw.send(UPGRADE)
        assert (await raw.head()).startswith(b"HTTP/1.1 101 ")
        yield raw
