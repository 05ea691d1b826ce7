"""What a node takes from those who connect to it: how many, and for how long without using it."""

import resource
from dataclasses import dataclass, replace
from typing import Self

NODE_FILES = 40
"""Open files that a node needs for itself: it starts with 28, then come workers, lookups, and links to other nodes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Connections and streams per server, and seconds per connection.

    Each server has its own number, so that strangers who fill one leave the others, and above all the probes, alone.
    """

    calls: int = 1000
    """In flight, whoever asks."""
    http_connections: int = 2000
    page_connections: int = 300
    """Without the WebSockets: what loads the page, or is about to become a WebSocket."""
    sockets: int = 200
    admin_connections: int = 100
    grpc_connections: int = 2000
    grpc_streams: int = 100
    """`Health.Watch`, `WatchCluster` and server reflection, each; they end only when their clients want."""
    request_seconds: float = 5.0
    """For a connection's first request to arrive whole."""
    kept_seconds: float = 10.0
    """For another request to arrive whole on a connection that was answered."""
    socket_seconds: float = 600.0
    """For another command on a WebSocket."""
    silent_seconds: float = 20.0
    """For any byte on a WebSocket, before it is pinged; half of it again for the pong."""
    stream_seconds: float = 300.0
    """The age of such a stream."""

    def within_open_files(self) -> Self:
        """These, or what the process's limit of open files allows."""
        spare = resource.getrlimit(resource.RLIMIT_NOFILE)[0] - NODE_FILES
        return replace(
            self,
            http_connections=_share(spare, 0.35, self.http_connections),
            page_connections=_share(spare, 0.2, self.page_connections),
            sockets=_share(spare, 0.1, self.sockets),
            admin_connections=_share(spare, 0.1, self.admin_connections),
            grpc_connections=_share(spare, 0.25, self.grpc_connections),
        )


def _share(files: int, part: float, most: int) -> int:
    return max(1, min(most, int(files * part)))
