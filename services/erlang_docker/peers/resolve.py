"""Names of hosts to addresses, with a deadline."""

import asyncio
import ipaddress
import socket

from erlang_docker.errors import NotSent

RESOLVE_SECONDS = 0.3


async def resolve(host: str) -> list[str]:
    """The addresses of a host; NotSent when there are none in time.

    Everything below `.localhost` is loopback (RFC 6761, section 6.3), which not every system resolver knows.
    """
    if host.endswith(".localhost"):
        return ["127.0.0.1"]
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return await _look_up(host)
    return [host]


async def _look_up(host: str) -> list[str]:
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(RESOLVE_SECONDS):
            found = await loop.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NotSent(f"{host} does not resolve: {error}") from error
    return [str(sockaddr[0]) for *_, sockaddr in found]
