"""The pick: which node of a kind takes the next call is the cluster's choice, made for each new connection.

So every pick is one `POST /node` on a connection of its own, closed after. A connection that is used again would
always lead to the same node (kubernetes/kubernetes#38456).
"""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

import httptools

from erlang_docker.errors import NodeError, NotSent
from erlang_docker.names import NodeName
from erlang_docker.peers.resolve import Resolver
from erlang_docker.peers.service_address import ServiceAddress
from erlang_docker.settings import Address

FIRST_CONNECT_SECONDS = 0.1
"""For the first connection; then several race, because a machine that vanished does not answer at all."""
CONNECT_SECONDS = 0.3
PARALLEL_CONNECTS = 3
PICK_SECONDS = 1.0
MAX_RESPONSE_BYTES = 4096

Response: TypeAlias = tuple[int, dict[str, str], bytes]
"""Status, headers and body."""


@dataclass(frozen=True, slots=True)
class Pick:
    """The node that answered, which boot of it, and where its gRPC port is."""

    node: NodeName
    boot_id: str
    address: Address


class Picker:
    """Asks the services of the kinds."""

    def __init__(self, services: Mapping[str, Address], resolver: Resolver) -> None:
        self._services = services
        self._addresses = {kind: ServiceAddress(service.host, resolver.resolve) for kind, service in services.items()}

    async def pick(self, kind: str) -> Pick:
        """One pick; NotSent when nobody answered, or a node that is stopping or of another kind did."""
        service = self._services[kind]
        try:
            async with asyncio.timeout(PICK_SECONDS):
                status, headers, body = await self._ask(service, await self._addresses[kind].get())
        except (OSError, TimeoutError) as error:
            raise NotSent(f"no answer from {service}: {error!r}") from error
        if status != 200:
            raise NotSent(f"{service} answered {status}")
        return _read(kind, headers, body)

    @staticmethod
    async def _ask(service: Address, host: str) -> Response:
        transport, exchange = await _connect(service, host)
        try:
            return await exchange.response
        finally:
            transport.abort()


async def _connect(service: Address, host: str) -> "Connection":
    try:
        async with asyncio.timeout(FIRST_CONNECT_SECONDS):
            return await _dial(service, host)
    except TimeoutError:
        return await _race(service, host)


async def _race(service: Address, host: str) -> "Connection":
    """The first of several connections, each of which may lead to another node; TimeoutError when there is none."""
    connects = {asyncio.ensure_future(_dial(service, host)) for _ in range(PARALLEL_CONNECTS)}
    try:
        done, _ = await asyncio.wait(connects, timeout=CONNECT_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        if not done:
            raise TimeoutError
        connects.remove(winner := done.pop())
        return winner.result()
    finally:
        for connect in connects:
            connect.cancel()
            connect.add_done_callback(_discard)


def _discard(connect: asyncio.Future["Connection"]) -> None:
    if not connect.cancelled() and connect.exception() is None:
        transport, exchange = connect.result()
        exchange.response.cancel()
        transport.abort()


async def _dial(service: Address, host: str) -> "Connection":
    return await asyncio.get_running_loop().create_connection(lambda: _Exchange(service), host, service.port)


class _Exchange(asyncio.Protocol):
    """One request and its response."""

    def __init__(self, service: Address) -> None:
        self._service = service
        self._parser = httptools.HttpResponseParser(self)
        self._headers: dict[str, str] = {}
        self._body = b""
        self._received = 0
        self.response: asyncio.Future[Response] = asyncio.get_running_loop().create_future()

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


Connection: TypeAlias = tuple[asyncio.Transport, _Exchange]


def _read(kind: str, headers: Mapping[str, str], body: bytes) -> Pick:
    """Only a node of the kind that was asked for is believed."""
    try:
        node = NodeName.parse(json.loads(body)["data"]["node"])
        pick = Pick(node, headers["x-node-boot"], Address(headers["x-node-address"], int(headers["x-node-grpc-port"])))
    except (KeyError, TypeError, ValueError, NodeError) as error:
        raise NotSent(f"not the answer of a node: {body[:200]!r}") from error
    if node.kind != kind:
        raise NotSent(f"asked for kind {kind}, {node} answered")
    return pick
