"""One request on a connection of its own, which is closed with its answer."""

import asyncio
import os
import socket
import struct
from collections.abc import Callable
from errno import EINPROGRESS
from typing import Generic, TypeVar

from erlang_docker.addresses import Address
from erlang_docker.plain_sockets import PlainSockets

MAX_ANSWER_BYTES = 4096
_RESET = struct.pack("ii", 1, 0)

T = TypeVar("T")


async def exchange(
    sockets: PlainSockets, address: Address, request: bytes, read: Callable[[bytes], T | None], deadline: float
) -> T:
    """Ask at an address. `read` makes an answer of all bytes so far, None of a part of one; it may raise OSError.

    OSError when there is no whole answer, TimeoutError past the deadline, in the event loop's time.
    """
    loop = asyncio.get_running_loop()
    outcome: asyncio.Future[T | OSError] = loop.create_future()
    connection = _connect(address)
    asked = _Exchange(connection, sockets, request, read, outcome)
    timer = loop.call_at(deadline, asked.end, TimeoutError("no answer in time"))
    try:
        asked.begin()
        answer = await outcome
    finally:
        timer.cancel()
        sockets.close(connection)
    if isinstance(answer, OSError):
        raise answer
    return answer


class _Exchange(Generic[T]):
    """Sends the request, and reads until the answer is whole."""

    def __init__(
        self,
        connection: socket.socket,
        sockets: PlainSockets,
        request: bytes,
        read: Callable[[bytes], T | None],
        outcome: asyncio.Future[T | OSError],
    ) -> None:
        self._connection = connection
        self._sockets = sockets
        self._request = request
        self._read = read
        self._outcome = outcome
        self._received = b""

    def begin(self) -> None:
        """Where the other end is near, it is connected by now."""
        try:
            self._connection.send(self._request)
        except BlockingIOError:
            self._sockets.write(self._connection, self._connected)
        else:
            self._sockets.read(self._connection, self._receive)

    def end(self, outcome: T | OSError) -> None:
        """Unless it has ended."""
        if not self._outcome.done():
            self._outcome.set_result(outcome)

    def _connected(self) -> None:
        try:
            self._connection.send(self._request)
        except BlockingIOError:
            return
        except OSError as error:
            self.end(error)
        else:
            self._sockets.release(self._connection)
            self._sockets.read(self._connection, self._receive)

    def _receive(self) -> None:
        try:
            data = self._connection.recv(MAX_ANSWER_BYTES)
            self._received += data
            if not data or len(self._received) > MAX_ANSWER_BYTES:
                raise ConnectionError(f"no whole answer in {len(self._received)} bytes")
            answer = self._read(self._received)
        except BlockingIOError:
            return
        except OSError as error:
            self.end(error)
        else:
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
