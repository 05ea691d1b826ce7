"""aiohttp's servers, with the limits it has not: a deadline for requests, and room for new connections."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web
from aiohttp.http import HttpProcessingError
from aiohttp.typedefs import Handler
from aiohttp.web_protocol import RequestPayloadError

from erlang_docker.limits import Limits
from erlang_docker.servers.connection import CLOSE_SECONDS, Connection
from erlang_docker.servers.connections import Connections
from erlang_docker.servers.listener import BACKLOG, bound_socket
from erlang_docker.servers.refusals import Refusals

_NO_HTTP = (HttpProcessingError, RequestPayloadError, UnicodeEncodeError)
"""The last of a refusal that quotes a header with bytes that are no text."""


@asynccontextmanager
async def serve_app(
    app: web.Application, cap: int, limits: Limits, refusals: Refusals, host: str, port: int
) -> AsyncIterator[int]:
    """Listen until the context ends; gives the port. `cap` is how many connections at once."""
    connections = Connections(cap, refusals)
    app.middlewares.insert(0, _in_request)
    app.on_response_prepare.append(_without_server)
    # A client that has left has its command cancelled.
    runner = web.AppRunner(
        app,
        access_log=None,
        logger=_logger(refusals),
        shutdown_timeout=CLOSE_SECONDS,
        handler_cancellation=True,
        # One handler reads a body, and wants it as it is; a token comes in a header.
        auto_decompress=False,
    )
    await runner.setup()
    try:
        accept = runner.server
        assert accept is not None
        server = await asyncio.get_running_loop().create_server(
            lambda: AppConnection(accept(), connections, limits, refusals),
            sock=bound_socket(host, port),
            backlog=BACKLOG,
        )
        try:
            yield server.sockets[0].getsockname()[1]
        finally:
            server.close()
    finally:
        await runner.cleanup()
        connections.close()


class AppConnection(Connection):
    """Stands in front of aiohttp's handler of one connection: the deadline, and who gets the bytes of a WebSocket."""

    def __init__(
        self, handler: web.RequestHandler, connections: Connections, limits: Limits, refusals: Refusals
    ) -> None:
        super().__init__(connections, limits, refusals)
        self._handler = handler
        self._socket: asyncio.Protocol | None = None
        self._head_ended = False
        """Whether the last bytes that came were the end of a request's head."""

    @classmethod
    def of(cls, request: web.Request) -> "AppConnection":
        """The connection a request came on; ConnectionError when it is gone."""
        if request.transport is None:
            raise ConnectionResetError("the client has left")
        connection = request.transport.get_protocol()
        assert isinstance(connection, cls)
        return connection

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._handler.connection_made(transport)

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._handler.connection_lost(exc)
        if self._socket is not None:
            self._socket.connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._socket is not None:
            self._socket.data_received(data)
            return
        self._half = True
        self._head_ended = data.endswith(b"\r\n\r\n")
        self._handler.data_received(data)

    def pause_writing(self) -> None:
        self._handler.pause_writing()
        if self._socket is not None:
            self._socket.pause_writing()

    def resume_writing(self) -> None:
        self._handler.resume_writing()
        if self._socket is not None:
            self._socket.resume_writing()

    def refusal(self, status: int, msg: str) -> bytes:
        reason = web.HTTPRequestTimeout if status == 408 else web.HTTPServiceUnavailable
        return b"HTTP/1.1 %d %b\r\nContent-Type: text/plain\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%b" % (
            status,
            reason().reason.encode(),
            len(msg),
            msg.encode(),
        )

    def begin(self) -> None:
        """A request has come; its handler runs without this deadline."""
        self._arrived()
        self._expect(float("inf"))

    def answered(self) -> None:
        """Another request may come. What is left of the answer has to be read within the same time."""
        self._expect(self._limits.kept_seconds)

    def become_socket(self, socket: asyncio.Protocol) -> None:
        """From now on frames come, for the socket, and the client is one of those instead of one of the connections.

        400 for a client that did not wait for the answer to its handshake (RFC 6455, section 4.1).
        """
        if not self._head_ended:
            self._refusals.note("early_frames", self.address)
            raise web.HTTPBadRequest(text="wait for the answer to the handshake")
        self._connections.discard(self)
        socket.connection_made(self._transport)
        self._socket = socket


@web.middleware
async def _in_request(request: web.Request, handler: Handler) -> web.StreamResponse:
    connection = AppConnection.of(request)
    connection.begin()
    try:
        return await handler(request)
    finally:
        connection.answered()


async def _without_server(request: web.Request, response: web.StreamResponse) -> None:
    """Nobody needs to know what this is made of, and in which version."""
    response.headers.pop("Server", None)


def _logger(refusals: Refusals) -> logging.Logger:
    """aiohttp's words in the node's log.

    What is no HTTP is a refusal, and not an error with a traceback; nor is a client who left before the answer.
    """

    def is_error(record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        if isinstance(error, _NO_HTTP):
            refusals.note("no_http", str(record.args[0]) if isinstance(record.args, tuple) and record.args else "")
        return not isinstance(error, (*_NO_HTTP, ConnectionError)) and refusals.log.isEnabledFor(record.levelno)

    # Of some bad requests it tells at DEBUG only.
    logger = logging.Logger("aiohttp", logging.DEBUG)
    logger.parent = refusals.log
    logger.addFilter(is_error)
    return logger
