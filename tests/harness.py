"""Running nodes for the tests: two in this process on free ports, or a whole cluster of processes."""

import asyncio
import json
import os
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from erlang_docker.addresses import Address
from erlang_docker.errors import VolumeError
from erlang_docker.local.balancer import serve_balancer
from erlang_docker.metrics.node import Metrics
from erlang_docker.names import NodeName
from erlang_docker.node import Node, run_node
from erlang_docker.release import Release
from erlang_docker.settings import Settings
from erlang_docker.storage.check import Check
from erlang_docker.storage.logs import open_log

LOOPBACK = "127.0.0.1"
FAR_SECONDS = 20.0
"""For what takes no time to speak of, on a machine that may stand still for some seconds."""
COOKIE = b"a cookie for the tests, 32 bytes!"
RELEASES = {"a": Release("a", "b"), "b": Release("b", "a")}


def fail(error: VolumeError) -> None:
    raise error


def settings(
    kind: str,
    data_dir: Path,
    services: dict[str, Address],
    ordinal: int = 0,
    cookie: bytes = COOKIE,
    **changes: Any,
) -> Settings:
    """Settings of a node on free ports of loopback."""
    cookie_file = data_dir / f"{kind}-{ordinal}.cookie"
    cookie_file.write_bytes(cookie)
    fields: dict[str, Any] = {
        "name": NodeName(kind, f"erlang-docker-{kind}-sfs-{ordinal}.localhost"),
        "services": services,
        "listen_address": LOOPBACK,
        "local_ip": LOOPBACK,
        "http_port": 0,
        "ws_port": 0,
        "grpc_port": 0,
        "grpcs_port": 0,
        "admin_port": 0,
        "data_dir": data_dir / f"{kind}-{ordinal}",
        "cookie_file": cookie_file,
        "drain_seconds": 0.0,
    }
    return Settings(**{**fields, **changes})


@dataclass
class Services:
    """The balanced service of each kind, and the nodes behind it."""

    addresses: dict[str, Address]
    behind: dict[str, list[Address]]


@asynccontextmanager
async def services() -> AsyncIterator[Services]:
    """Two services with nobody behind them yet."""
    behind: dict[str, list[Address]] = {"a": [], "b": []}
    async with AsyncExitStack() as stack:
        addresses = {}
        for kind, nodes in behind.items():
            port = await stack.enter_async_context(serve_balancer(nodes.copy, Address(LOOPBACK, 0)))
            addresses[kind] = Address(LOOPBACK, port)
        yield Services(addresses, behind)


@asynccontextmanager
async def node(
    kind: str,
    data_dir: Path,
    among: Services,
    ordinal: int = 0,
    releases: Mapping[str, Release] = RELEASES,
    **changes: Any,
) -> AsyncIterator[Node]:
    """A node in this process, behind its service while it runs."""
    own = settings(kind, data_dir, among.addresses, ordinal, **changes)
    metrics = Metrics()
    with open_log(own.name, own.log_level, own.data_dir, metrics) as log:
        async with run_node(releases[kind], own, log, metrics, fail, Check(log)) as running:
            address = Address(LOOPBACK, running.http_port)
            among.behind[kind].append(address)
            try:
                yield running
            finally:
                among.behind[kind].remove(address)


@dataclass
class Pair:
    """A node of each kind."""

    a: Node
    b: Node
    services: Services


@asynccontextmanager
async def two_nodes(data_dir: Path, releases: Mapping[str, Release] = RELEASES, **changes: Any) -> AsyncIterator[Pair]:
    """A node of each kind in this process."""
    async with (
        services() as among,
        node("a", data_dir, among, releases=releases, **changes) as a,
        node("b", data_dir, among, releases=releases, **changes) as b,
    ):
        yield Pair(a, b, among)


class Socket:
    """A WebSocket client of a node."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket

    async def ask(self, command: str) -> str:
        """One command, its reply."""
        await self.socket.send_str(command)
        return await self.socket.receive_str(timeout=10)

    async def listen(self) -> list[object]:
        """What the node says until it closes, then its close code and reason."""
        heard: list[object] = []
        while (message := await self.socket.receive()).type is aiohttp.WSMsgType.TEXT:
            heard.append(message.data)
        return [*heard, (message.data, message.extra)]


@asynccontextmanager
async def socket(port: int, host: str = LOOPBACK, protocols: Collection[str] = ()) -> AsyncIterator[Socket]:
    """An open WebSocket to a node's page port."""
    url = f"http://{host}:{port}/websocket"
    async with aiohttp.ClientSession() as session, session.ws_connect(url, protocols=protocols) as connected:
        yield Socket(connected)


async def until(reached: Callable[[], object]) -> None:
    """Returns as soon as it is so."""
    async with asyncio.timeout(FAR_SECONDS):
        while not reached():
            await asyncio.sleep(0.01)


def lines_of(log: Path) -> list[dict[str, Any]]:
    """What a node has logged so far, to the last whole line; a thread makes the file with the first, and writes on."""
    text = log.read_text() if log.exists() else ""
    return [json.loads(line) for line in text[: text.rfind("\n") + 1].splitlines()]


def resident_mib(pid: int) -> float:
    """What a process holds in memory now, unlike `ru_maxrss`, which never falls."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / (1 << 20)
