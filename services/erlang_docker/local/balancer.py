"""A service on one machine: a TCP balancer that does what kube-proxy does for a ClusterIP.

Each new connection goes to a random ready node and stays there; what travels on it is nobody's business.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

from erlang_docker.settings import Address

Targets = Callable[[], Sequence[Address]]


@asynccontextmanager
async def serve_balancer(targets: Targets, address: Address) -> AsyncIterator[int]:
    """Listen until the context ends; gives the port. `targets` says who is ready, at each new connection."""
    connections: set[_Side] = set()
    server = await asyncio.get_running_loop().create_server(
        lambda: _Client(targets, connections), address.host, address.port, backlog=1024
    )
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for side in list(connections):
            side.abort()
        await server.wait_closed()


class _Side(asyncio.Protocol):
    """One side of a connection through the balancer; what it receives, the other side sends."""

    def __init__(self, other: "_Side | None" = None) -> None:
        self.other = other
        self.transport: asyncio.Transport

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        if self.other is not None:
            self.other.transport.write(data)

    def eof_received(self) -> bool:
        if self.other is not None:
            self.other.transport.write_eof()
        return True

    def pause_writing(self) -> None:
        if self.other is not None:
            self.other.transport.pause_reading()

    def resume_writing(self) -> None:
        if self.other is not None:
            self.other.transport.resume_reading()

    def connection_lost(self, exc: Exception | None) -> None:
        if self.other is not None:
            self.other.transport.close()

    def abort(self) -> None:
        self.transport.abort()


class _Client(_Side):
    """The side that came first; what it sends before a node has taken the connection waits."""

    def __init__(self, targets: Targets, connections: set[_Side]) -> None:
        super().__init__()
        self._targets = targets
        self._connections = connections
        self._early = b""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._connections.add(self)
        self._dial = asyncio.create_task(self._connect())

    def data_received(self, data: bytes) -> None:
        if self.other is None:
            self._early += data
            self.transport.pause_reading()
        else:
            self.other.transport.write(data)

    def connection_lost(self, exc: Exception | None) -> None:
        self._connections.discard(self)
        self._dial.cancel()
        super().connection_lost(exc)

    async def _connect(self) -> None:
        try:
            target = random.choice(self._targets())
            node = _Side(self)
            await asyncio.get_running_loop().create_connection(lambda: node, target.host, target.port)
        except (IndexError, OSError):
            self.abort()
            return
        self.other = node
        if self._early:
            node.transport.write(self._early)
            self.transport.resume_reading()
