"""Names of hosts to addresses, with a deadline."""

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Self, TypeAlias

from erlang_docker.errors import NotSent

RESOLVE_SECONDS = 0.3

Resolve: TypeAlias = Callable[[str], Awaitable[list[str]]]
"""The addresses of a host; NotSent when there are none in time."""


class Resolver:
    """An async context manager around threads of its own.

    A lookup that is given up still holds its thread until the system's resolver gives up too, which takes seconds, so
    lookups that must not wait for others have a Resolver to themselves.
    """

    def __init__(self, threads: int) -> None:
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="resolver")

    async def __aenter__(self) -> Self:
        # The first thread, now: later the system may have none to give.
        await asyncio.get_running_loop().run_in_executor(self._threads, bool)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def resolve(self, host: str) -> list[str]:
        """The addresses of a host; NotSent when there are none within RESOLVE_SECONDS.

        Everything below `.localhost` is loopback (RFC 6761, section 6.3), which not every system resolver knows.
        """
        if host.endswith(".localhost"):
            return ["127.0.0.1"]
        try:
            ipaddress.ip_address(host)
        except ValueError:
            return await self._look_up(host)
        return [host]

    async def _look_up(self, host: str) -> list[str]:
        try:
            async with asyncio.timeout(RESOLVE_SECONDS):
                return await asyncio.get_running_loop().run_in_executor(self._threads, _addresses, host)
        except (OSError, UnicodeError, RuntimeError) as error:  # the last: no further thread is to be had
            raise NotSent(f"{host} does not resolve: {error!r}") from error


def _addresses(host: str) -> list[str]:
    return [str(sockaddr[0]) for *_, sockaddr in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)]
