"""One client's connection: its deadline, and its place among the others of its server."""

import asyncio

from erlang_docker.limits import Limits
from erlang_docker.servers.connections import Connections
from erlang_docker.servers.refusals import Refusals

CLOSE_SECONDS = 1.0
"""For a client to take the last words."""


class Connection(asyncio.Protocol):
    """The deadline is for a request to arrive whole; subclasses say when one begins and when it is answered."""

    def __init__(self, connections: Connections, limits: Limits, refusals: Refusals) -> None:
        self._connections = connections
        self._limits = limits
        self._refusals = refusals
        self._loop = asyncio.get_running_loop()
        self._half = False
        """Whether bytes of a request have come that is not yet whole."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Not of every connection: a client may be gone before."""
        self._expect(self._limits.request_seconds)
        self._timer = self._loop.call_at(self._deadline, self._check_deadline)
        self._transport = transport
        self.address = address_of(transport)
        self._connections.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._timer.cancel()
        self._connections.discard(self)

    def evict(self) -> None:
        """Tell a client whose request is on its way; one that waits for nothing would take it for an answer."""
        self.end(self.refusal(503, "too many connections") if self._half else b"")

    def refusal(self, status: int, msg: str) -> bytes:
        """A whole response that closes the connection."""
        raise NotImplementedError

    def end(self, last_words: bytes = b"") -> None:
        """Close when all is sent, or soon after: a client that does not read what it asked for is not waited for."""
        if not self._transport.is_closing():
            self._transport.write(last_words)
            self._transport.close()
        self._timer.cancel()
        self._timer = self._loop.call_later(CLOSE_SECONDS, self._transport.abort)

    def _arrived(self) -> None:
        """A request is whole."""
        self._half = False
        self._connections.use(self)

    def _expect(self, seconds: float) -> None:
        self._deadline = self._loop.time() + seconds

    def _check_deadline(self) -> None:
        """Looked at now and then, so that moving the deadline costs nothing on the way of a request."""
        now = self._loop.time()
        if now < self._deadline:
            again = min(self._deadline, now + self._limits.request_seconds)
            self._timer = self._loop.call_at(again, self._check_deadline)
        elif self._half:
            self._refusals.note("request_seconds", self.address)
            self.end(self.refusal(408, "request took too long"))
        else:
            self.end()


def address_of(transport: asyncio.BaseTransport) -> str:
    """The client's; empty when it was gone before it was looked at."""
    peer = transport.get_extra_info("peername")
    return str(peer[0]) if peer else ""
