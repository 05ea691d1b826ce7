"""A node: what it is made of, in the order it starts; it stops in reverse.

A call walks through it like this: a door (`doors.ws`) hands its text to the console (`doors.console`), which runs it
here (`functions.table`) or has the peers (`peers.caller`) pick a node and call it there (its `doors.rpc`).
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from erlang_docker.console import Console
from erlang_docker.errors import StateError
from erlang_docker.functions.erlang_docker import ErlangDocker
from erlang_docker.functions.erlang_node import ErlangNode
from erlang_docker.functions.in_flight import Admission
from erlang_docker.functions.net_adm import NetAdm
from erlang_docker.functions.rpc import Rpc
from erlang_docker.functions.store import StoreFunctions
from erlang_docker.functions.table import FunctionTable
from erlang_docker.functions.volume import Volume
from erlang_docker.functions.workers import Workers
from erlang_docker.identity import Identity, State
from erlang_docker.link.calls import Calls
from erlang_docker.link.cookie import Cookie
from erlang_docker.link.served import RpcServicer
from erlang_docker.metrics import Metrics
from erlang_docker.peers.caller import Caller
from erlang_docker.peers.links import Links
from erlang_docker.peers.pick import Picker
from erlang_docker.release import Release
from erlang_docker.servers.admin import admin_app
from erlang_docker.servers.browser_guard import origin_check
from erlang_docker.servers.grpc import ConsoleServicer, Health, NodeServicer, serve_grpc
from erlang_docker.servers.http import serve_http
from erlang_docker.servers.page_server import serve_app, socket_app
from erlang_docker.servers.routes import Routes
from erlang_docker.settings import Settings
from erlang_docker.signals import StopSignals
from erlang_docker.storage.database import open_database
from erlang_docker.storage.logs import open_log
from erlang_docker.storage.store import Store
from otp.stdlib import STANDARD


@dataclass(frozen=True, slots=True)
class Node:
    """A running node: its identity, and the ports its doors are bound to."""

    identity: Identity
    health: Health
    http_port: int
    ws_port: int
    grpc_port: int
    admin_port: int

    async def show(self, state: State) -> None:
        """Enter a state, for all doors to see."""
        self.identity.state = state
        await self.health.show(state)


@asynccontextmanager
async def run_node(
    release: Release, settings: Settings, on_broken: Callable[[StateError], None]
) -> AsyncIterator[Node]:
    """A node that is ready; `on_broken` is called when its store has failed and it must stop.

    Raises StateError when the volume is not its own, OSError when a port is taken.
    """
    async with AsyncExitStack() as stack:
        log = stack.enter_context(open_log(settings.name, settings.log_level, settings.data_dir))
        database, epoch = stack.enter_context(open_database(settings.data_dir, settings.name, settings.cluster_id))
        store = await stack.enter_async_context(Store(database, on_broken))
        identity = Identity(settings.name, epoch)
        metrics = Metrics()
        metrics.boot_epoch.set(epoch)

        table = FunctionTable(log, await stack.enter_async_context(Workers()))
        cookie = Cookie(settings.cookie)
        picker = Picker(settings.services)
        links = await stack.enter_async_context(
            Links(settings.name, cookie, settings.tls, picker, settings.grpc_port, metrics)
        )
        caller = Caller(settings.name, release.peer_kind, picker, links, table, metrics)
        table.fill(
            (
                *STANDARD,
                *release.exports,
                ErlangNode(settings.name, caller.nodes),
                ErlangDocker(identity, caller, table),
                NetAdm(caller),
                Rpc(settings.name, caller),
                StoreFunctions(store),
                Volume(settings.data_dir),
            )
        )

        host, health, admission = settings.listen_address, Health(), Admission()
        console = Console(settings.name, table, caller, admission, metrics)
        rpc = RpcServicer(identity, cookie, Calls(table, admission, metrics))
        node_servicer = NodeServicer(identity, caller, table)
        admin_port = await stack.enter_async_context(serve_app(admin_app(identity, metrics), host, settings.admin_port))
        grpc_port = await stack.enter_async_context(
            serve_grpc(rpc, ConsoleServicer(console), node_servicer, health, host, settings.grpc_port, settings.tls)
        )
        routes = Routes(identity, settings.local_ip or settings.name.host, grpc_port, admission)
        http_port = await stack.enter_async_context(serve_http(routes, host, settings.http_port))
        own_hosts = (settings.name.host, *(address.host for address in settings.services.values()))
        app = socket_app(identity, console, table, metrics, origin_check(own_hosts, settings.allowed_origins))
        ws_port = await stack.enter_async_context(serve_app(app, host, settings.ws_port))

        node = Node(identity, health, http_port, ws_port, grpc_port, admin_port)
        await node.show(State.READY)
        log.info("ready", extra={"fields": {"boot_id": identity.boot_id, "boot_epoch": epoch}})
        try:
            yield node
        finally:
            await node.show(State.DRAINING)
            log.info("stopping")


async def serve(release: Release, settings: Settings) -> None:
    """Run a node until a signal stops it; StateError when its store fails before.

    From the first signal on it drains: picks go elsewhere, but what still comes is served for a while. A second signal
    ends the while.
    """
    with StopSignals() as signals:
        failed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        async with run_node(release, settings, failed.set_exception) as node:
            # A node that was stopped while it started is known to nobody yet.
            pause = 0.0 if signals.first.done() else settings.drain_seconds
            await asyncio.wait([failed, signals.first], return_when=asyncio.FIRST_COMPLETED)
            if not failed.done():
                await node.show(State.DRAINING)
                await asyncio.wait([failed, signals.second], timeout=pause, return_when=asyncio.FIRST_COMPLETED)
            if failed.done():
                await failed
