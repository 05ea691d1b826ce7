"""Connections that are given up."""

from asyncio import StreamWriter
from contextlib import suppress


async def drop(writer: StreamWriter) -> None:
    """Close it at once, and take its error from it, if it has one.

    An error that nobody has taken is printed when the connection is collected as garbage, over whatever is on the
    terminal then: asyncio takes it itself only where its own objects are collected in the right order.
    """
    writer.transport.abort()
    with suppress(OSError):
        await writer.wait_closed()
