"""Many requests on one connection that is kept: what a pick must not do, to show why."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from erlang_docker.addresses import Address
from erlang_docker.peers.exchange import MAX_ANSWER_BYTES

T = TypeVar("T")


async def exchange_kept(
    address: Address, request: bytes, read: Callable[[bytes], T | None], count: int, deadline: float
) -> list[T]:
    """The answers to a request that is made `count` times, each after the answer to the one before.

    `read` makes an answer of all bytes of one so far, None of a part of it. OSError when the connection ends before
    the last answer, TimeoutError past the deadline, in the event loop's time.
    """
    async with asyncio.timeout_at(deadline):
        reader, writer = await asyncio.open_connection(address.host, address.port)
        try:
            return [await _ask(reader, writer, request, read) for _ in range(count)]
        finally:
            writer.close()


async def _ask(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes, read: Callable[[bytes], T | None]
) -> T:
    writer.write(request)
    received = b""
    while (answer := read(received)) is None:
        data = await reader.read(MAX_ANSWER_BYTES)
        received += data
        if not data or len(received) > MAX_ANSWER_BYTES:
            raise ConnectionError(f"no whole answer in {len(received)} bytes")
    return answer
