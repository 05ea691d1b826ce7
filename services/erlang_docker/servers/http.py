"""HTTP on 8080. Every pick is a new connection here, so this server costs as little as it can."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from erlang_docker.limits import Limits
from erlang_docker.plain_sockets import PlainSockets
from erlang_docker.servers.connections import Connections
from erlang_docker.servers.door import Door
from erlang_docker.servers.http_connection import HttpConnection
from erlang_docker.servers.known_requests import KnownRequests
from erlang_docker.servers.listener import Listener
from erlang_docker.servers.refusals import Refusals
from erlang_docker.servers.routes import Routes
from erlang_docker.tracing.spans import Spans


@asynccontextmanager
async def serve_http(
    routes: Routes, limits: Limits, refusals: Refusals, spans: Spans, host: str, port: int
) -> AsyncIterator[int]:
    """Listen until the context ends; gives the port."""
    loop = asyncio.get_running_loop()
    connections, known = Connections(limits.http_connections, refusals), KnownRequests()
    serving: set[asyncio.Task[None]] = set()

    async def serve(connection: socket.socket, begun: bytes) -> None:
        protocol = HttpConnection(routes, connections, limits, refusals, known, spans, begun)
        await loop.connect_accepted_socket(lambda: protocol, connection)
        await protocol.lost

    def enter(connection: socket.socket, begun: bytes) -> None:
        task = loop.create_task(serve(connection, begun))
        serving.add(task)
        task.add_done_callback(serving.discard)

    with PlainSockets() as sockets:
        door = Door(routes, known, connections, limits, sockets, spans, enter)
        try:
            with Listener(host, port, door.greet) as listener:
                yield listener.port
        finally:
            connections.close()
            await asyncio.gather(*serving)
