"""A connection to the node that is meant, and what becomes of one that is not reached.

gRPC is loaded here and not before: it takes longer than everything else, and `--help` does without it.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from erlang_docker.addresses import Address
from erlang_docker.cli.options import Options
from erlang_docker.client_settings import ClientSettings
from erlang_docker.credentials import read_cookies
from erlang_docker.environment import process_environ
from erlang_docker.errors import CallTimeout, NodeDown, NodeError, SettingsError
from erlang_docker.names import NodeName
from erlang_docker.tokens import read_token

if TYPE_CHECKING:
    from erlang_docker.client import Client
    from erlang_docker.link.proof import Cookie
    from erlang_docker.v1 import node_pb2

GRPC_PORT = 50051
STATE_SECONDS = 3.0
"""So long a node may be looked at before it is known as what it is."""
_LOOPBACK = ("127.0.0.1", "localhost", "::1")

T = TypeVar("T")


class NotReached(NodeError):
    """Nobody answers there; says what to do next."""


def run(options: Options, work: "Callable[[Client], Awaitable[T]]") -> T:
    """Work with a client of the node that is meant; NotReached, or CallTimeout when it does not answer in time."""

    async def connected() -> T:
        async with connect(options) as client:
            return await work(client)

    return asyncio.run(connected())


@asynccontextmanager
async def connect(options: Options) -> "AsyncIterator[Client]":
    """The node of `--node` is asked for by the node of `--target`, which sees where all are."""
    from erlang_docker.client import Client

    settings = ClientSettings.from_environ(process_environ())
    address = _address(options.target or settings.target)
    token = read_token(options.token_file) if options.token_file else settings.token
    try:
        async with Client(str(address), settings.tls, settings.host_name, token) as client:
            if not options.node:
                yield client
                return
            snapshot = await snapshot_of(client)
            status = _find(options.node, snapshot.nodes)
            if status.short_name == snapshot.seen_by:
                yield client
                return
        address = _address(status.address)
        async with Client(str(address), settings.tls, NodeName.parse(status.name).host, token) as client:
            yield client
    except NodeDown as error:
        raise NotReached(_next_step(address, str(error))) from error
    except CallTimeout as error:
        raise CallTimeout(f"no answer from {address} in time; it may have run. To wait longer: --timeout") from error


async def snapshot_of(client: "Client") -> "node_pb2.WatchClusterResponse":
    """All nodes, once each is known as what it is."""
    from erlang_docker.v1 import node_pb2

    latest = node_pb2.WatchClusterResponse()
    try:
        async with asyncio.timeout(STATE_SECONDS):
            async for latest in client.watch():
                if all(status.state for status in latest.nodes) and len(latest.nodes) > 1:
                    break
    except TimeoutError:
        if not latest.nodes:
            raise
    return latest


def own_cookie() -> "Cookie":
    """The cookie of the environment; SettingsError when there is none."""
    from erlang_docker.link.proof import Cookie

    cookie_file = ClientSettings.from_environ(process_environ()).cookie_file
    if cookie_file is None:
        raise SettingsError("COOKIE_FILE is not set: this needs the cookie")
    return Cookie(*read_cookies(Path(cookie_file)))


def _find(name: str, nodes: "Iterable[node_pb2.NodeStatus]") -> "node_pb2.NodeStatus":
    for status in nodes:
        if name in (status.short_name, status.name):
            return status
    known = ", ".join(status.short_name for status in nodes)
    raise click.BadParameter(f"there is no {name}; there are {known}", param_hint="--node")


def _address(text: str) -> Address:
    try:
        return Address.parse(text, GRPC_PORT)
    except ValueError as error:
        raise click.BadParameter(f"not HOST or HOST:PORT: {text}", param_hint="--target") from error


def _next_step(address: Address, reason: str) -> str:
    if address.host in _LOOPBACK and "refused" in reason:
        return f"nothing listens on {address}: is `make run` running?"
    return f"{address} cannot be reached: is it the node's gRPC port, and open from here? ({reason})"
