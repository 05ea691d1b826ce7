"""Which browsers may talk to this port.

The host a browser asks for must be one this node goes by: an address, `localhost`, its own names or a listed one; else
a page on another name could have that name point here (DNS rebinding). And a socket's origin must be that same host,
or listed; browsers open WebSockets across origins without asking (RFC 6455, section 10.2).
"""

import ipaddress
from collections.abc import Iterable
from urllib.parse import SplitResult, urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from erlang_docker.servers.refusals import Refusals


def browser_guard(own_hosts: Iterable[str], allowed_origins: frozenset[str], refusals: Refusals) -> Middleware:
    """A middleware that answers 403 to everybody else."""
    hosts = {*own_hosts, *(urlsplit(origin).hostname or "" for origin in allowed_origins)}

    @web.middleware
    async def check(request: web.Request, handler: Handler) -> web.StreamResponse:
        host = _split(f"//{request.host}").hostname or ""
        if not (host in hosts or _is_local(host)):
            refusals.note("host", request.remote or "")
            raise _forbidden(f"{host} is no name of this node; to use it, list its origin as allowed")
        origin = request.headers.get("Origin")
        if origin is not None and _split(origin).netloc != request.host and origin not in allowed_origins:
            refusals.note("origin", request.remote or "")
            raise _forbidden(f"origin {origin} is not allowed")
        return await handler(request)

    return check


def _split(url: str) -> SplitResult:
    """Of what is no URL, the parts of none."""
    try:
        return urlsplit(url)
    except ValueError:
        return urlsplit("")


def _forbidden(text: str) -> web.HTTPForbidden:
    # A header may hold bytes that are no text.
    return web.HTTPForbidden(text=text.encode(errors="replace").decode())


def _is_local(host: str) -> bool:
    """Names that no DNS server can point elsewhere."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
