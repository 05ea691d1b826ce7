"""Requests that have come before."""

import re

from erlang_docker.servers.routes import Request

KNOWN_REQUESTS = 16
_TRACEPARENT = re.compile(rb"\r\ntraceparent: ([0-9a-f-]{55})(?=\r\n)")


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


def without_traceparent(sent: bytes) -> tuple[bytes, str]:
    """A request as it would be without its traceparent, and that: as nodes write it, in the head, not in the body."""
    found = _TRACEPARENT.search(sent, 0, sent.find(b"\r\n\r\n") + 2)
    return (sent, "") if found is None else (sent[: found.start()] + sent[found.end() :], found[1].decode())
