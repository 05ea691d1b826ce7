"""A listening socket whose new connections are plain sockets until somebody gives them to the event loop."""

import asyncio
import socket
from collections.abc import Callable
from types import TracebackType
from typing import Self

BACKLOG = 1024
PAUSE_SECONDS = 0.1
"""When no file is left for a connection."""


def bound_socket(host: str, port: int) -> socket.socket:
    """One that listens; on `::` for IPv4 too."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.create_server((host, port), family=family, backlog=BACKLOG, dualstack_ipv6=host == "::")
    listening.setblocking(False)
    return listening


class Listener:
    """A context manager; `greet` gets each new connection and its client's address, one in a turn of the event loop."""

    def __init__(self, host: str, port: int, greet: Callable[[socket.socket, str], None]) -> None:
        self._listening = bound_socket(host, port)
        self._greet = greet
        self._loop = asyncio.get_running_loop()
        self.port: int = self._listening.getsockname()[1]

    def __enter__(self) -> Self:
        self._resume()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._loop.remove_reader(self._listening)
        self._listening.close()

    def _resume(self) -> None:
        if self._listening.fileno() >= 0:
            self._loop.add_reader(self._listening, self._accept)

    def _accept(self) -> None:
        try:
            connection, address = self._listening.accept()
        except (BlockingIOError, ConnectionError):
            return  # it was gone before it was looked at
        except OSError:
            self._loop.remove_reader(self._listening)
            self._loop.call_later(PAUSE_SECONDS, self._resume)
        else:
            self._greet(connection, address[0])
