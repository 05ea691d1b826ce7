"""What a service answers to `POST /node`: the node that was picked."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

import httptools

from erlang_docker.addresses import GrpcPorts
from erlang_docker.errors import NodeError, NotPicked
from erlang_docker.names import NodeName


@dataclass(frozen=True, slots=True)
class Pick:
    """The node that answered, which boot of it, and where it serves gRPC."""

    node: NodeName
    boot_id: str
    host: str
    ports: GrpcPorts


def read_answer(received: bytes) -> Pick | NotPicked | None:
    """Of all bytes so far: the pick, or why it is none; None while more must come. ConnectionError if no HTTP."""
    response = _Response()
    parser = httptools.HttpResponseParser(response)
    try:
        parser.feed_data(received)
    except httptools.HttpParserError as error:
        raise ConnectionError(f"no HTTP: {error}") from error
    if not response.whole:
        return None
    if parser.get_status_code() != 200:
        return NotPicked("refused", f"answered {parser.get_status_code()}")
    return _pick(response.headers, response.body)


class _Response:
    """What httptools finds."""

    def __init__(self) -> None:
        self.headers: dict[str, str] = {}
        self.body = b""
        self.whole = False

    def on_header(self, name: bytes, value: bytes) -> None:
        self.headers[name.decode("latin-1").lower()] = value.decode("latin-1")

    def on_body(self, body: bytes) -> None:
        self.body += body

    def on_message_complete(self) -> None:
        self.whole = True


def _pick(headers: Mapping[str, str], body: bytes) -> Pick | NotPicked:
    try:
        node = NodeName.parse(json.loads(body)["data"]["node"])
        ports = GrpcPorts(_port(headers, "x-node-grpc-port"), _port(headers, "x-node-grpcs-port"))
        return Pick(node, headers["x-node-boot"], headers["x-node-address"], ports)
    except (KeyError, TypeError, ValueError, NodeError):
        return NotPicked("no_node", f"not the answer of a node: {body[:200]!r}")


def _port(headers: Mapping[str, str], name: str) -> int | None:
    return int(headers[name]) if name in headers else None
