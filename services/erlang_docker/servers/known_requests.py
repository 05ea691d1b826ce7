"""Requests that have come before."""

from erlang_docker.servers.routes import Request

KNOWN_REQUESTS = 16


class KnownRequests:
    """Requests by the bytes that sent them: the first of a connection, whole, and no more than that."""

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
