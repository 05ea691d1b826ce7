"""HTTP on 8080. Every pick is a new connection here, so this door is a bare protocol on the httptools parser."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httptools

from erlang_docker.servers.routes import Answer, Routes, envelope

REQUEST_SECONDS = 5.0
"""For a request to arrive whole; slow clients are dropped."""
IDLE_SECONDS = 60.0
"""Between two requests on one connection."""
MAX_HEADER_BYTES = 8 << 10
MAX_BODY_BYTES = 64 << 10
MAX_CONNECTIONS = 2000

_REASONS = {
    200: b"OK",
    400: b"Bad Request",
    408: b"Request Timeout",
    413: b"Content Too Large",
    431: b"Request Header Fields Too Large",
    503: b"Service Unavailable",
}


@asynccontextmanager
async def serve_http(routes: Routes, host: str, port: int) -> AsyncIterator[int]:
    """Listen until the context ends; gives the port."""
    connections: set[_Connection] = set()
    server = await asyncio.get_running_loop().create_server(
        lambda: _Connection(routes, connections), host, port, backlog=1024
    )
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for connection in list(connections):
            connection.close()
        await server.wait_closed()


class _Connection(asyncio.Protocol):
    """One client's connection: requests in, answers out, within the limits above."""

    def __init__(self, routes: Routes, connections: set["_Connection"]) -> None:
        self._routes = routes
        self._connections = connections
        self._loop = asyncio.get_running_loop()
        self._parser = httptools.HttpRequestParser(self)
        self.on_message_begin()
        self._timer = self._loop.call_at(self._deadline, self._check_deadline)

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self._transport = transport
        self._connections.add(self)
        if len(self._connections) > MAX_CONNECTIONS:
            self._refuse(503, "too many connections")

    def connection_lost(self, exc: Exception | None) -> None:
        self._timer.cancel()
        self._connections.discard(self)

    def data_received(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            self.close()
        except httptools.HttpParserError:
            self._refuse(400, "not HTTP")

    def close(self) -> None:
        """Close when what was answered is sent."""
        self._transport.close()

    def pause_writing(self) -> None:
        self._transport.pause_reading()

    def resume_writing(self) -> None:
        self._transport.resume_reading()

    def on_message_begin(self) -> None:
        self._expect(REQUEST_SECONDS)
        self._path = b""
        self._body = b""
        self._header_bytes = 0

    def on_url(self, url: bytes) -> None:
        self._path += url
        self._count_header(len(url))

    def on_header(self, name: bytes, value: bytes) -> None:
        self._count_header(len(name) + len(value))

    def on_body(self, body: bytes) -> None:
        self._body += body
        if len(self._body) > MAX_BODY_BYTES:
            self._refuse(413, "body too large")

    def on_message_complete(self) -> None:
        if self._transport.is_closing():
            return
        method = self._parser.get_method()
        answer = self._routes.answer(method, self._path.partition(b"?")[0], self._body)
        keep_alive = self._parser.should_keep_alive() and answer.status == 200
        self._send(answer, keep_alive, with_body=method != b"HEAD")
        self._expect(IDLE_SECONDS)

    def _count_header(self, size: int) -> None:
        self._header_bytes += size
        if self._header_bytes > MAX_HEADER_BYTES:
            self._refuse(431, "header too large")

    def _expect(self, seconds: float) -> None:
        self._deadline = self._loop.time() + seconds

    def _check_deadline(self) -> None:
        """Looked at now and then, so that moving the deadline costs nothing on the way of a request."""
        now = self._loop.time()
        if now < self._deadline:
            self._timer = self._loop.call_at(min(self._deadline, now + REQUEST_SECONDS), self._check_deadline)
        else:
            self._refuse(408, "request took too long")

    def _refuse(self, status: int, msg: str) -> None:
        if not self._transport.is_closing():
            self._send(Answer(status, envelope(1, msg, data="")), keep_alive=False, with_body=True)

    def _send(self, answer: Answer, keep_alive: bool, with_body: bool) -> None:
        self._transport.write(
            b"HTTP/1.1 %d %b\r\nContent-Type: application/json\r\nContent-Length: %d\r\n%bConnection: %b\r\n\r\n%b"
            % (
                answer.status,
                _REASONS[answer.status],
                len(answer.body),
                answer.headers,
                b"keep-alive" if keep_alive else b"close",
                answer.body if with_body else b"",
            )
        )
        if not keep_alive:
            self._transport.close()
