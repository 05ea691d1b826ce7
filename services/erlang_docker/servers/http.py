"""HTTP on 8080. Every pick is a new connection here, so this door costs as little as it can."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from erlang_docker.limits import Limits
from erlang_docker.servers.connections import Connections
from erlang_docker.servers.http_connection import HttpConnection, KnownRequests
from erlang_docker.servers.listener import Listener
from erlang_docker.servers.refusals import Refusals
from erlang_docker.servers.routes import Routes

FIRST_BYTES = 4096


@asynccontextmanager
async def serve_http(routes: Routes, limits: Limits, refusals: Refusals, host: str, port: int) -> AsyncIterator[int]:
    """Listen until the context ends; gives the port."""
    server = _HttpServer(routes, limits, refusals)
    try:
        with Listener(host, port, server.greet) as listener:
            yield listener.port
    finally:
        await server.close()


class _HttpServer:
    """Answers at once what has come before, byte for byte, as every pick does; the rest gets a protocol each."""

    def __init__(self, routes: Routes, limits: Limits, refusals: Refusals) -> None:
        self._routes = routes
        self._limits = limits
        self._refusals = refusals
        self._connections = Connections(limits.http_connections, refusals)
        self._known = KnownRequests()
        self._loop = asyncio.get_running_loop()
        self._serving: set[asyncio.Task[None]] = set()

    def greet(self, connection: socket.socket) -> None:
        """A new one, on which the request may have come already."""
        try:
            begun = connection.recv(FIRST_BYTES, socket.MSG_DONTWAIT)
        except BlockingIOError:
            begun = b""
        except OSError:
            connection.close()
            return
        request = self._known.get(begun)
        if request is None:
            task = self._loop.create_task(self._serve(connection, begun))
            self._serving.add(task)
            task.add_done_callback(self._serving.discard)
            return
        response = self._routes.answer(*request).response(keep_alive=False, with_body=True)
        with connection, suppress(OSError):
            # With more to come, which is the end: it leaves with the answer. A new socket has room for all of it.
            connection.send(response, socket.MSG_DONTWAIT | socket.MSG_MORE)

    async def close(self) -> None:
        """When what was answered is sent."""
        self._connections.close()
        await asyncio.gather(*self._serving)

    async def _serve(self, connection: socket.socket, begun: bytes) -> None:
        protocol = HttpConnection(self._routes, self._connections, self._limits, self._refusals, self._known, begun)
        await self._loop.connect_accepted_socket(lambda: protocol, connection)
        await protocol.lost
