"""One `POST /node` on a connection of its own: a small HTTP/1.1 exchange on the httptools parser.

Half the cost of an HTTP client library, and every call pays it.
"""

import asyncio
from typing import TypeAlias

import httptools

from erlang_docker.settings import Address

MAX_RESPONSE_BYTES = 4096

Response: TypeAlias = tuple[int, dict[str, str], bytes]
"""Status, headers and body."""


async def exchange(service: Address, host: str) -> Response:
    """Ask the service at the address `host`; OSError when there is no whole answer."""
    loop = asyncio.get_running_loop()
    transport, protocol = await loop.create_connection(lambda: _Exchange(service), host, service.port)
    try:
        return await protocol.response
    finally:
        protocol.response.cancel()
        transport.abort()


class _Exchange(asyncio.Protocol):
    """One request and its response."""

    def __init__(self, service: Address) -> None:
        self._service = service
        self._parser = httptools.HttpResponseParser(self)
        self._headers: dict[str, str] = {}
        self._body = b""
        self._received = 0
        self.response: asyncio.Future[Response] = asyncio.get_running_loop().create_future()
        # Who is cancelled while the connection is made never asks for what becomes of it.
        self.response.add_done_callback(lambda response: response.cancelled() or response.exception())

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        transport.write(
            b"POST /node HTTP/1.1\r\nHost: %b\r\nContent-Type: application/json\r\nContent-Length: 2\r\n"
            b"Connection: close\r\n\r\n{}" % str(self._service).encode()
        )

    def data_received(self, data: bytes) -> None:
        self._received += len(data)
        try:
            if self._received > MAX_RESPONSE_BYTES:
                raise ConnectionError("the answer is too long")
            self._parser.feed_data(data)
        except (httptools.HttpParserError, ConnectionError) as error:
            self._fail(error)

    def connection_lost(self, exc: Exception | None) -> None:
        self._fail(exc)

    def _fail(self, cause: Exception | None) -> None:
        if not self.response.done():
            self.response.set_exception(ConnectionResetError(f"no whole answer: {cause}"))

    def on_header(self, name: bytes, value: bytes) -> None:
        self._headers[name.decode("latin-1").lower()] = value.decode("latin-1")

    def on_body(self, body: bytes) -> None:
        self._body += body

    def on_message_complete(self) -> None:
        if not self.response.done():
            self.response.set_result((self._parser.get_status_code(), self._headers, self._body))
