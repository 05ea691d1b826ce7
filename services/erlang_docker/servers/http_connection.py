"""A connection of the HTTP door: a bare protocol on the httptools parser."""

import asyncio

import httptools

from erlang_docker.limits import Limits
from erlang_docker.servers.connection import Connection
from erlang_docker.servers.connections import Connections
from erlang_docker.servers.known_requests import KnownRequests, without_traceparent
from erlang_docker.servers.refusals import Refusals
from erlang_docker.servers.routes import Answer, Request, Routes, answered, envelope, respond
from erlang_docker.trace import clock
from erlang_docker.tracing.spans import Spans

MAX_HEADER_BYTES = 8 << 10
MAX_BODY_BYTES = 64 << 10
_TRACEPARENT = b"traceparent"
_TRACEPARENT_LENGTH = len(_TRACEPARENT)


class HttpConnection(Connection):
    """Requests in, answers out, within the limits above. `begun` has come already, `lost` is done at the end."""

    def __init__(
        self,
        routes: Routes,
        connections: Connections,
        limits: Limits,
        refusals: Refusals,
        known: KnownRequests,
        spans: Spans,
        begun: bytes,
    ) -> None:
        super().__init__(connections, limits, refusals)
        self._routes = routes
        self._known = known
        self._spans = spans
        self._begun = begun
        self._first: list[Request] = []
        self.lost: asyncio.Future[None] = self._loop.create_future()
        self._parser = httptools.HttpRequestParser(self)
        self._clear()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if self._begun:
            self.data_received(self._begun)
            self._remember()
            self._begun = b""

    def _remember(self) -> None:
        """What has begun, if it was one whole request and no more, and was answered as it asked to be."""
        if len(self._first) == 1 and not self._half and self._first[0].keep_alive != self._transport.is_closing():
            # Part of a trace it is like no other; without its traceparent it may be, if that is found there again.
            bare, traceparent = without_traceparent(self._begun)
            if traceparent == self._traceparent:
                self._known.add(bare, self._first[0])

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
        if len(name) == _TRACEPARENT_LENGTH and name.lower() == _TRACEPARENT:
            self._traceparent, self._started = value.decode("latin-1"), clock()

    def on_body(self, body: bytes) -> None:
        self._body += body
        if len(self._body) > MAX_BODY_BYTES:
            self._refuse(413, "body too large", "body_bytes")

    def on_message_complete(self) -> None:
        if self._transport.is_closing():
            return
        self._arrived()
        path = self._path.partition(b"?")[0]
        request = Request(self._parser.get_method(), path, self._body, self._parser.should_keep_alive())
        response, keep_alive = respond(self._routes, request)
        self._transport.write(response)
        if self._traceparent:
            answered(self._spans, request, response, self._traceparent, self._started)
        if not keep_alive:
            self._transport.close()
        if self._begun:
            self._first.append(request)
        self._expect(self._limits.kept_seconds)

    def _count_header(self, size: int) -> None:
        self._header_bytes += size
        if self._header_bytes > MAX_HEADER_BYTES:
            self._refuse(431, "header too large", "header_bytes")

    def refusal(self, status: int, msg: str) -> bytes:
        return Answer(status, envelope(1, msg, data="")).response(keep_alive=False)

    def _refuse(self, status: int, msg: str, reason: str) -> None:
        if not self._transport.is_closing():
            self._refusals.note(reason, self.address)
            self.end(self.refusal(status, msg))

    def _clear(self) -> None:
        self._traceparent = ""
        self._path = b""
        self._body = b""
        self._header_bytes = 0
