"""What the HTTP door answers: `GET /ping` and `POST /node`, in the envelope `{"code":..,"data":..,"msg":..}`.

The status is 200 and `code` tells, but for a node that takes no calls (503) and for what is no request (4xx).
"""

import json
from dataclasses import dataclass
from typing import NoReturn

from erlang_docker.addresses import GrpcPorts
from erlang_docker.functions.in_flight import Fullness
from erlang_docker.identity import Identity, NodeState
from erlang_docker.metrics.node import Metrics
from erlang_docker.tracing.spans import Spans

_REASONS = {
    200: b"OK",
    400: b"Bad Request",
    408: b"Request Timeout",
    413: b"Content Too Large",
    431: b"Request Header Fields Too Large",
    503: b"Service Unavailable",
}
_RESPONSE = b"HTTP/1.1 %d %b\r\nContent-Type: application/json\r\nContent-Length: %d\r\n%bConnection: %b\r\n\r\n%b"


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, body and further header lines of a response."""

    status: int
    body: bytes
    headers: bytes = b""

    def response(self, keep_alive: bool, with_body: bool = True) -> bytes:
        """All of it, as it is sent."""
        return _RESPONSE % (
            self.status,
            _REASONS[self.status],
            len(self.body),
            self.headers,
            b"keep-alive" if keep_alive else b"close",
            self.body if with_body else b"",
        )


@dataclass(frozen=True, slots=True)
class Request:
    """One whole request."""

    method: bytes
    path: bytes
    body: bytes
    keep_alive: bool
    """Whether its client may send another."""


def envelope(code: int, msg: str, **data: object) -> bytes:
    """The body of every answer."""
    return json.dumps({"code": code, **data, "msg": msg}, separators=(",", ":"), ensure_ascii=False).encode()


_PONG = Answer(200, envelope(0, "pong", data=""))
_ERROR_PATH = Answer(200, envelope(1, "error path"))
_BAD_JSON = Answer(200, envelope(1, "HTTP json decode fail!", data=""))
_BAD_METHOD = Answer(200, envelope(1, "HTTP server unused method type!", data=""))


class Routes:
    """The answers of one node. What picks need besides its name travels in headers."""

    def __init__(self, identity: Identity, address: str, ports: GrpcPorts, limit: Fullness, metrics: Metrics) -> None:
        self._identity = identity
        self._picked = metrics.picked
        self._limit = limit
        self._node = Answer(
            200,
            envelope(0, "", data={"node": str(identity.name)}),
            f"x-node-address: {address}\r\n{_headers(ports)}x-node-boot: {identity.boot_id}\r\n".encode(),
        )

    def answer(self, method: bytes, path: bytes, body: bytes) -> Answer:
        """The answer to one whole request."""
        if method == b"GET":
            return _PONG if path == b"/ping" else _ERROR_PATH
        if method != b"POST":
            return _BAD_METHOD
        if not _is_object(body):
            return _BAD_JSON
        return self._whoami() if path == b"/node" else _ERROR_PATH

    def _whoami(self) -> Answer:
        if self._identity.state is not NodeState.READY:
            return Answer(503, envelope(1, self._identity.state.value, data=""))
        if self._limit.full:
            return Answer(503, envelope(1, "busy", data=""))
        self._picked.inc()
        return self._node


def respond(routes: Routes, request: Request) -> tuple[bytes, bool]:
    """The response, and whether the connection is kept after it."""
    answer = routes.answer(request.method, request.path, request.body)
    keep_alive = request.keep_alive and answer.status == 200
    return answer.response(keep_alive, with_body=request.method != b"HEAD"), keep_alive


def answered(spans: Spans, request: Request, response: bytes, traceparent: str, started: float) -> None:
    """Tell the span of a response to what is part of a trace: a pick, or whoever else asks which node this is."""
    if request.method == b"POST" and request.path == b"/node":
        spans.answered(traceparent, started, int(response[len("HTTP/1.1 ") :][:3]))


def _headers(ports: GrpcPorts) -> str:
    """The ports that there are."""
    served = {"x-node-grpc-port": ports.plaintext, "x-node-grpcs-port": ports.tls}
    return "".join(f"{name}: {port}\r\n" for name, port in served.items() if port is not None)


def _is_object(body: bytes) -> bool:
    """Strict JSON (RFC 8259): UTF-8, and none of the numbers that only JavaScript has."""
    if body == b"{}":
        return True
    try:
        return isinstance(json.loads(body.decode(), parse_constant=_refuse), dict)
    except (ValueError, RecursionError):
        return False


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"not JSON: {constant}")
