"""A connection of the HTTP door: a bare protocol on the httptools parser."""

import asyncio
from typing import TypeAlias

import httptools

from erlang_docker.limits import Limits
from erlang_docker.servers.connection import Connection
from erlang_docker.servers.connections import Connections
from erlang_docker.servers.refusals import Refusals
from erlang_docker.servers.routes import Answer, Routes, envelope

MAX_HEADER_BYTES = 8 << 10
MAX_BODY_BYTES = 64 << 10

KNOWN_REQUESTS = 16

Request: TypeAlias = tuple[bytes, bytes, bytes]
"""Method, path and body."""


class KnownRequests:
    """Requests by the bytes that sent them, each whole and the only one of its connection."""

    def __init__(self) -> None:
        self._known: dict[bytes, Request] = {}

    def get(self, sent: bytes) -> Request | None:
        """What these bytes ask for, if they have come before."""
        return self._known.get(sent)

    def add(self, sent: bytes, request: Request) -> None:
        """They mean the same each time."""
        if len(self._known) >= KNOWN_REQUESTS:
            self._known.clear()
        self._known[sent] = request


class HttpConnection(Connection):
    """Requests in, answers out, within the limits above. `begun` has come already, `lost` is done at the end."""

    def __init__(
        self,
        routes: Routes,
        connections: Connections,
        limits: Limits,
        refusals: Refusals,
        known: KnownRequests,
        begun: bytes,
    ) -> None:
        super().__init__(connections, limits, refusals)
        self._routes = routes
        self._known = known
        self._begun = begun
        self.lost: asyncio.Future[None] = self._loop.create_future()
        self._parser = httptools.HttpRequestParser(self)
        self._clear()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        begun = self._begun
        if begun:
            self.data_received(begun)
        self._begun = b""

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self.lost.set_result(None)

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
        method, path = self._parser.get_method(), self._path.partition(b"?")[0]
        answer = self._routes.answer(method, path, self._body)
        keep_alive = self._parser.should_keep_alive() and answer.status == 200
        self._send(answer, keep_alive, with_body=method != b"HEAD")
        if self._begun and not self._parser.should_keep_alive() and method != b"HEAD":
            self._known.add(self._begun, (method, path, self._body))
        self._begun = b""  # another request is not what these bytes begin with
        self._expect(self._limits.kept_seconds)

    def _count_header(self, size: int) -> None:
        self._header_bytes += size
        if self._header_bytes > MAX_HEADER_BYTES:
            self._refuse(431, "header too large", "header_bytes")

    def refusal(self, status: int, msg: str) -> bytes:
        return Answer(status, envelope(1, msg, data="")).response(keep_alive=False, with_body=True)

    def _refuse(self, status: int, msg: str, reason: str) -> None:
        if not self._transport.is_closing():
            self._refusals.note(reason, self.address)
            self.end(self.refusal(status, msg))

    def _send(self, answer: Answer, keep_alive: bool, with_body: bool) -> None:
        self._transport.write(answer.response(keep_alive, with_body))
        if not keep_alive:
            self._transport.close()

    def _clear(self) -> None:
        self._path = b""
        self._body = b""
        self._header_bytes = 0
