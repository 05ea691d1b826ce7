"""A service on one machine: a TCP balancer that does what kube-proxy does for a ClusterIP.

Each new connection goes to a random ready node and stays there; what travels on it is nobody's business.
"""

import asyncio
import random
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

from erlang_docker.addresses import Address
from erlang_docker.local.dropped import drop

CHUNK_BYTES = 65_536

Targets = Callable[[], Sequence[Address]]


@asynccontextmanager
async def serve_balancer(targets: Targets, address: Address) -> AsyncIterator[int]:
    """Listen until the context ends; gives the port. `targets` says who is ready, at each new connection."""
    connections: set[asyncio.Task[None]] = set()

    def accept(reader: StreamReader, writer: StreamWriter) -> None:
        connection = asyncio.create_task(_serve(targets, reader, writer))
        connections.add(connection)
        connection.add_done_callback(connections.discard)
        # Here, as a task that is cancelled before its first step runs no `finally`.
        connection.add_done_callback(lambda _: writer.transport.abort())

    server = await asyncio.start_server(accept, address.host, address.port, backlog=1024)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for connection in connections:
            connection.cancel()
        await asyncio.gather(*connections, return_exceptions=True)
        await server.wait_closed()


async def _serve(targets: Targets, reader: StreamReader, writer: StreamWriter) -> None:
    """One connection, until both sides have ended it, or one has broken it or cannot be reached."""
    try:
        target = random.choice(targets())
        node_reader, node_writer = await asyncio.open_connection(target.host, target.port)
        try:
            async with asyncio.TaskGroup() as both:
                both.create_task(_copy(reader, node_writer))
                both.create_task(_copy(node_reader, writer))
            await _close(node_writer)
            await _close(writer)
        finally:
            await drop(node_writer)
    except* (IndexError, OSError):
        pass
    finally:
        await drop(writer)


async def _copy(reader: StreamReader, writer: StreamWriter) -> None:
    """One direction, its end too: the other one may go on."""
    while (data := await reader.read(CHUNK_BYTES)) and not writer.is_closing():
        writer.write(data)
        await writer.drain()
    # uvloop, under which the bench runs this, raises where the other side has reset the connection meanwhile.
    if not writer.is_closing():
        writer.write_eof()


async def _close(writer: StreamWriter) -> None:
    """Once all that was written has left."""
    writer.close()
    await writer.wait_closed()
