"""The HTTP door: what comes of a new connection before the event loop has it.

A pick asks the same, byte for byte, each time. It is answered here at once; whoever asks anything else, or asks again,
gets a protocol of the event loop. Nothing is here for longer than its first request and the end after it.
"""

import asyncio
import socket
from collections.abc import Callable
from contextlib import suppress

from erlang_docker.limits import Limits
from erlang_docker.plain_sockets import PlainSockets
from erlang_docker.servers.connections import Connections
from erlang_docker.servers.known_requests import KnownRequests, without_traceparent
from erlang_docker.servers.routes import Request, Routes, answered, respond
from erlang_docker.trace import clock
from erlang_docker.tracing.spans import Spans

FIRST_BYTES = 4096

Enter = Callable[[socket.socket, bytes], None]
"""Takes a connection, with what has come on it."""


class Door:
    """Greets the connections of one server."""

    def __init__(
        self,
        routes: Routes,
        known: KnownRequests,
        connections: Connections,
        limits: Limits,
        sockets: PlainSockets,
        spans: Spans,
        enter: Enter,
    ) -> None:
        self._routes = routes
        self._known = known
        self._spans = spans
        self.connections = connections
        self.limits = limits
        self.sockets = sockets
        self.enter = enter

    def greet(self, connection: socket.socket, address: str) -> None:
        """A new one, on which the request may have come already."""
        visitor = _Visitor(self, connection, address)
        try:
            begun = connection.recv(FIRST_BYTES, socket.MSG_DONTWAIT)
        except BlockingIOError:
            visitor.wait(self.limits.request_seconds)
        except OSError:
            connection.close()
        else:
            visitor.ask(begun)

    def find(self, sent: bytes) -> tuple[Request | None, str]:
        """The request that these bytes are known to be, and the traceparent that it came with, if any."""
        request = self._known.get(sent)
        if request is not None:
            return request, ""
        bare, traceparent = without_traceparent(sent)
        return (self._known.get(bare), traceparent) if traceparent else (None, "")

    def respond(self, request: Request, traceparent: str) -> tuple[bytes, bool]:
        """The response, and whether the connection is kept after it."""
        if not traceparent:
            return respond(self._routes, request)
        started = clock()
        response, keep_alive = respond(self._routes, request)
        answered(self._spans, request, response, traceparent, started)
        return response, keep_alive


class _Visitor:
    """One connection at the door; it counts among those of the server while it waits."""

    def __init__(self, door: Door, connection: socket.socket, address: str) -> None:
        self.address = address
        self._door = door
        self._connection = connection
        self._timer: asyncio.TimerHandle | None = None
        self._answered = False

    def ask(self, sent: bytes) -> None:
        """What has come before is answered, once; anything else is not for the door."""
        request, traceparent = (None, "") if self._answered else self._door.find(sent)
        if request is None:
            if self._forgotten():
                self._door.sockets.release(self._connection)
            self._door.enter(self._connection, sent)
            return
        response, keep_alive = self._door.respond(request, traceparent)
        self._answered = True
        with suppress(OSError):
            # With more to come, which is the end: it leaves with the answer. A new socket has room for all of it.
            self._connection.send(response, socket.MSG_DONTWAIT | (0 if keep_alive else socket.MSG_MORE))
        if keep_alive:
            self.wait(self._door.limits.kept_seconds)
        else:
            self.end()

    def wait(self, seconds: float) -> None:
        """For a request, or its end."""
        if self._timer is None:
            self._door.sockets.read(self._connection, self._ready)
            self._door.connections.add(self)
        else:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(seconds, self.end)

    def evict(self) -> None:
        """It waits for nothing, so there is nothing to tell."""
        self.end()

    def end(self) -> None:
        """Closed by this end."""
        self._forgotten()
        self._door.sockets.close(self._connection)

    def _ready(self) -> None:
        try:
            sent = self._connection.recv(FIRST_BYTES, socket.MSG_DONTWAIT)
        except BlockingIOError:
            return
        except OSError:
            sent = b""
        if sent:
            self.ask(sent)
        else:
            self.end()

    def _forgotten(self) -> bool:
        """Whether it has waited here; from now on it does not."""
        if self._timer is None:
            return False
        self._timer.cancel()
        self._door.connections.discard(self)
        return True
