"""HTTP on 8080. Every pick is a new connection here, so this door is a bare protocol on the httptools parser."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httptools

from erlang_docker.limits import Limits
from erlang_docker.servers.connection import Connection
from erlang_docker.servers.connections import Connections
from erlang_docker.servers.refusals import Refusals
from erlang_docker.servers.routes import Answer, Routes, envelope

MAX_HEADER_BYTES = 8 << 10
MAX_BODY_BYTES = 64 << 10

_REASONS = {
    200: b"OK",
    400: b"Bad Request",
    408: b"Request Timeout",
    413: b"Content Too Large",
    431: b"Request Header Fields Too Large",
    503: b"Service Unavailable",
}


@asynccontextmanager
async def serve_http(routes: Routes, limits: Limits, refusals: Refusals, host: str, port: int) -> AsyncIterator[int]:
    """Listen until the context ends; gives the port."""
    connections = Connections(limits.http_connections, refusals)
    server = await asyncio.get_running_loop().create_server(
        lambda: _HttpConnection(routes, connections, limits, refusals), host, port, backlog=1024
    )
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        connections.close()
        await server.wait_closed()


class _HttpConnection(Connection):
    """Requests in, answers out, within the limits above."""

    def __init__(self, routes: Routes, connections: Connections, limits: Limits, refusals: Refusals) -> None:
        super().__init__(connections, limits, refusals)
        self._routes = routes
        self._parser = httptools.HttpRequestParser(self)
        self._clear()

    def data_received(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            self._transport.close()
        except httptools.HttpParserError:
            self._refuse(400, "not HTTP", "no_http")

    def pause_writing(self) -> None:
        self._transport.pause_reading()

    def resume_writing(self) -> None:
        self._transport.resume_reading()

    def on_message_begin(self) -> None:
        self._half = True
        self._expect(self._limits.request_seconds)
        self._clear()

    def on_url(self, url: bytes) -> None:
        self._path += url
        self._count_header(len(url))

    def on_header(self, name: bytes, value: bytes) -> None:
        self._count_header(len(name) + len(value))

    def on_body(self, body: bytes) -> None:
        self._body += body
        if len(self._body) > MAX_BODY_BYTES:
            self._refuse(413, "body too large", "body_bytes")

    def on_message_complete(self) -> None:
        if self._transport.is_closing():
            return
        self._arrived()
        method = self._parser.get_method()
        answer = self._routes.answer(method, self._path.partition(b"?")[0], self._body)
        keep_alive = self._parser.should_keep_alive() and answer.status == 200
        self._send(answer, keep_alive, with_body=method != b"HEAD")
        self._expect(self._limits.kept_seconds)

    def _count_header(self, size: int) -> None:
        self._header_bytes += size
        if self._header_bytes > MAX_HEADER_BYTES:
            self._refuse(431, "header too large", "header_bytes")

    def refusal(self, status: int, msg: str) -> bytes:
        return _response(Answer(status, envelope(1, msg, data="")), keep_alive=False, with_body=True)

    def _refuse(self, status: int, msg: str, reason: str) -> None:
        if not self._transport.is_closing():
            self._refusals.note(reason, self.address)
            self.end(self.refusal(status, msg))

    def _send(self, answer: Answer, keep_alive: bool, with_body: bool) -> None:
        self._transport.write(_response(answer, keep_alive, with_body))
        if not keep_alive:
            self._transport.close()

    def _clear(self) -> None:
        self._path = b""
        self._body = b""
        self._header_bytes = 0


def _response(answer: Answer, keep_alive: bool, with_body: bool) -> bytes:
    return b"HTTP/1.1 %d %b\r\nContent-Type: application/json\r\nContent-Length: %d\r\n%bConnection: %b\r\n\r\n%b" % (
        answer.status,
        _REASONS[answer.status],
        len(answer.body),
        answer.headers,
        b"keep-alive" if keep_alive else b"close",
        answer.body if with_body else b"",
    )
