"""Plain sockets that are waited for together, in an epoll of their own; the event loop waits for that.

A socket in the hands of the event loop costs more than all that is done with one that is used once.
"""

import asyncio
import select
import socket
from collections.abc import Callable
from types import TracebackType
from typing import Self


class PlainSockets:
    """A context manager. Calls back while there is something to read, or room to write."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._ready: dict[int, Callable[[], None]] = {}

    def __enter__(self) -> Self:
        self._epoll = select.epoll()
        self._loop.add_reader(self._epoll, self._call_back)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._loop.remove_reader(self._epoll)
        self._epoll.close()

    def read(self, plain: socket.socket, ready: Callable[[], None]) -> None:
        """Call `ready` while it can be read."""
        self._ready[plain.fileno()] = ready
        self._epoll.register(plain, select.EPOLLIN)

    def write(self, plain: socket.socket, ready: Callable[[], None]) -> None:
        """Call `ready` while it can be written."""
        self._ready[plain.fileno()] = ready
        self._epoll.register(plain, select.EPOLLOUT)

    def release(self, plain: socket.socket) -> None:
        """Somebody else waits for it from now on."""
        self._epoll.unregister(plain)
        del self._ready[plain.fileno()]

    def close(self, plain: socket.socket) -> None:
        """Whether it was waited for or not: what is closed leaves an epoll by itself."""
        self._ready.pop(plain.fileno(), None)
        plain.close()

    def _call_back(self) -> None:
        for descriptor, _ in self._epoll.poll(0):
            # The epoll still knows a closed one, while a process that was just forked has a copy of it. And an earlier
            # one in this list may have closed it.
            if descriptor in self._ready:
                self._ready[descriptor]()
