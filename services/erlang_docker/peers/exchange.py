"""One request on a connection of its own, which is closed with its answer.

A socket in the hands of the event loop costs more than all that is done with it here, and every call pays it. So these
are plain sockets that are waited for together, in an epoll of their own; the event loop waits for that.
"""

import asyncio
import os
import select
import socket
import struct
from collections.abc import Callable
from errno import EINPROGRESS
from types import TracebackType
from typing import Generic, Self, TypeVar

from erlang_docker.settings import Address

MAX_ANSWER_BYTES = 4096
_RESET = struct.pack("ii", 1, 0)

T = TypeVar("T")


class Exchanges(Generic[T]):
    """A context manager. `read` makes an answer of all bytes so far, None of a part of one; it may raise OSError."""

    def __init__(self, read: Callable[[bytes], T | None]) -> None:
        self._read = read
        self._loop = asyncio.get_running_loop()
        self._open: dict[int, _Exchange[T]] = {}

    def __enter__(self) -> Self:
        self._epoll = select.epoll()
        self._loop.add_reader(self._epoll, self._proceed)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._loop.remove_reader(self._epoll)
        self._epoll.close()

    async def ask(self, address: Address, request: bytes, deadline: float) -> T:
        """The answer; OSError when there is no whole one, TimeoutError past the deadline in the event loop's time."""
        outcome: asyncio.Future[T | OSError] = self._loop.create_future()
        with _connect(address) as connection:
            descriptor = connection.fileno()
            exchange = self._open[descriptor] = _Exchange(connection, self._epoll, request, self._read, outcome)
            timer = self._loop.call_at(deadline, exchange.end, TimeoutError("no answer in time"))
            try:
                exchange.begin()
                answer = await outcome
            finally:
                timer.cancel()
                del self._open[descriptor]
        if isinstance(answer, OSError):
            raise answer
        return answer

    def _proceed(self) -> None:
        for descriptor, _ in self._epoll.poll(0):
            # The epoll may still know a closed one, while a process that was just forked has a copy of it.
            if descriptor in self._open:
                self._open[descriptor].proceed()


class _Exchange(Generic[T]):
    """Sends the request, and reads until the answer is whole."""

    def __init__(
        self,
        connection: socket.socket,
        epoll: select.epoll,
        request: bytes,
        read: Callable[[bytes], T | None],
        outcome: asyncio.Future[T | OSError],
    ) -> None:
        self._connection = connection
        self._epoll = epoll
        self._request = request
        self._read = read
        self._outcome = outcome
        self._received = b""

    def begin(self) -> None:
        """Where the other end is near, it is connected by now."""
        try:
            self._connection.send(self._request)
        except BlockingIOError:
            self._epoll.register(self._connection, select.EPOLLOUT)
        else:
            self._request = b""
            self._epoll.register(self._connection, select.EPOLLIN)

    def proceed(self) -> None:
        """Its socket can be written, or read once the request is sent."""
        try:
            if self._request:
                self._connection.send(self._request)
                self._request = b""
                self._epoll.modify(self._connection, select.EPOLLIN)
            else:
                self._receive()
        except BlockingIOError:
            pass
        except OSError as error:
            self.end(error)

    def end(self, outcome: T | OSError) -> None:
        """Unless it has ended."""
        if not self._outcome.done():
            self._outcome.set_result(outcome)

    def _receive(self) -> None:
        data = self._connection.recv(MAX_ANSWER_BYTES)
        self._received += data
        if not data or len(self._received) > MAX_ANSWER_BYTES:
            raise ConnectionError(f"no whole answer in {len(self._received)} bytes")
        answer = self._read(self._received)
        if answer is not None:
            self.end(answer)


def _connect(address: Address) -> socket.socket:
    """A socket that is about to be connected."""
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    connection = socket.socket(family, socket.SOCK_STREAM | socket.SOCK_NONBLOCK)
    # The request follows at once and acknowledges the other end's part of the handshake as well: a packet less.
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 0)
    # When it is closed, all was read or nobody wants it: a reset leaves neither end a connection to remember.
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    error = connection.connect_ex((address.host, address.port))
    if error not in (0, EINPROGRESS):
        connection.close()
        raise OSError(error, os.strerror(error))
    return connection
