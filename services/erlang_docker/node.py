"""A node: what it is made of, in the order it starts; it stops in reverse.

A call walks through it like this: a server (`servers.page_server`) hands its text to the console, which has it run here
(`functions.runner`) or on a node that the peers pick (`peers.caller`), at the other end of a link (`link`).
"""

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial

from erlang_docker.addresses import GrpcPorts
from erlang_docker.cluster.directory import Directory
from erlang_docker.cluster.status import OwnStatus
from erlang_docker.cluster.view import ClusterView
from erlang_docker.console.access_log import logged
from erlang_docker.console.command_spans import CommandSpans
from erlang_docker.console.console import Console
from erlang_docker.errors import VolumeError
from erlang_docker.faults.parts import parts_of
from erlang_docker.faults.switches import Switches
from erlang_docker.functions.builtin import BUILTIN
from erlang_docker.functions.context import Runtime
from erlang_docker.functions.exports import build_table
from erlang_docker.functions.in_flight import call_limit
from erlang_docker.functions.rights import read_only
from erlang_docker.functions.runner import Runner
from erlang_docker.functions.traced_runner import TracedRunner
from erlang_docker.functions.workers import Workers
from erlang_docker.identity import Identity, NodeState
from erlang_docker.link.dialer import Dialer
from erlang_docker.link.proof import Cookie
from erlang_docker.log_level import following_level
from erlang_docker.loop_watch import LoopWatch
from erlang_docker.metrics.labels import GRPC, WEBSOCKET
from erlang_docker.metrics.node import Metrics
from erlang_docker.peers.caller import Caller
from erlang_docker.peers.finder import Finder
from erlang_docker.peers.links import Links
from erlang_docker.peers.pick import Picker
from erlang_docker.peers.resolve import Resolver
from erlang_docker.peers.traced_caller import TracedCaller
from erlang_docker.readiness import following_disk, measuring
from erlang_docker.release import Release, open_resources
from erlang_docker.secret_files import following_secrets, following_tokens
from erlang_docker.servers.admin import admin_app
from erlang_docker.servers.app_server import serve_app
from erlang_docker.servers.browser_guard import browser_guard
from erlang_docker.servers.call_login import CallLogin
from erlang_docker.servers.console_service import ConsoleServicer
from erlang_docker.servers.grpc import SERVICES, Servicers, serve_grpc
from erlang_docker.servers.health import Health
from erlang_docker.servers.http import serve_http
from erlang_docker.servers.login import Login
from erlang_docker.servers.node_service import NodeServicer
from erlang_docker.servers.page_login import PageLogin
from erlang_docker.servers.page_server import page_app
from erlang_docker.servers.refusals import Refusals
from erlang_docker.servers.replies import Replies
from erlang_docker.servers.routes import Routes
from erlang_docker.servers.slowdown import Slowdown
from erlang_docker.servers.sockets import SocketServer
from erlang_docker.servers.store_servicer import StoreServicer
from erlang_docker.servers.streams import StreamLimit
from erlang_docker.settings import Settings
from erlang_docker.storage.check import Check
from erlang_docker.storage.copies import Copies
from erlang_docker.storage.database import COPY
from erlang_docker.storage.logs import access_logger
from erlang_docker.storage.opening import opening_database
from erlang_docker.tokens import Role
from erlang_docker.tracing.sending import sending_spans
from erlang_docker.turns import Turns
from otp.stdlib import STANDARD


@dataclass(frozen=True, slots=True)
class Node:
    """A running node: its identity, and the ports its servers are bound to."""

    identity: Identity
    health: Health
    http_port: int
    ws_port: int
    grpc_port: int
    """In plaintext; 0 with TLS alone."""
    grpcs_port: int
    """By TLS; 0 without."""
    admin_port: int
    still_open: Callable[[], dict[str, int]]
    """What a stopping node waits for, by name."""

    def set_state(self, state: NodeState) -> None:
        """Enter a state, for all servers to see."""
        self.identity.state = state
        self.health.set_state(state)


@asynccontextmanager
async def run_node(
    release: Release,
    settings: Settings,
    log: logging.Logger,
    metrics: Metrics,
    on_broken: Callable[[VolumeError], None],
    check: Check,
) -> AsyncIterator[Node]:
    """A node that is ready; `on_broken` is called when its store has failed and it must stop.

    The admin port is open first, and tells how far the `check` of a large store is.

    Raises SettingsError when its secrets are no good, StateError when the volume is not its own, VolumeError when it
    cannot be used now, OSError when a port is taken.
    """
    async with AsyncExitStack() as stack:
        enter = stack.enter_async_context
        await enter(following_level(settings.log_level_file, log))
        cookie = Cookie()
        tls = await enter(following_secrets(settings.cookie_file, settings.tls_dir, cookie.use, metrics, log))
        tokens = await enter(following_tokens(settings.tokens, log))
        identity, limits = Identity(settings.name), settings.limits.within_open_files()
        metrics.of(identity)
        host = settings.listen_address
        http, page, sockets, admin, grpc = (
            Refusals(door, metrics, log) for door in ("http", "page", WEBSOCKET, "admin", GRPC)
        )
        switches = stack.enter_context(Switches(metrics, log)) if settings.fault_switches else None
        made = parts_of(switches)
        app = admin_app(identity, metrics, lambda: str(check), switches)
        admin_port = await enter(serve_app(app, limits.admin_connections, limits, admin, host, settings.admin_port))
        database = await enter(opening_database(settings, check, log))
        store = await enter(made.store(database, metrics, log, on_broken))
        identity.boot_epoch = database.epoch
        spans = await enter(sending_spans(settings, identity, log))

        workers = await enter(Workers(metrics, log))
        table = made.table(build_table((*STANDARD, *BUILTIN), release.exports, workers))
        # Lookups of nodes, whose names anybody may type, must not hold up those of the services.
        service_resolver = await enter(Resolver(threads=len(settings.services)))
        resolver = await enter(Resolver(threads=4))
        picker = stack.enter_context(Picker(settings.services, service_resolver, log))
        dialer = Dialer(settings.name, cookie, settings.tls_mode, tls)
        by_name = GrpcPorts(settings.grpc_port, settings.grpcs_port)
        finder = Finder(dialer, picker, resolver, by_name, metrics, log)
        links = await enter(Links(finder, settings.domains, metrics, log))
        to_others = (release.peer_kind, picker, links, metrics, log)
        caller = Caller(*to_others)
        turns = await enter(Turns())
        # What has been printed must not wait behind what has not.
        encoding = await enter(Turns())
        limit = call_limit(metrics, log, limits.calls)
        # The calls of commands are told by their doors.
        of_functions = TracedCaller(*to_others, spans) if spans.on else caller
        runtime = Runtime(identity, table, of_functions, store, settings.data_dir, log)
        runs = (runtime, limit, turns)
        runner = TracedRunner(*runs, spans) if spans.on else Runner(*runs)
        # Before the runner, which ends what uses them.
        runtime.resources = await enter(open_resources(release.lifespan, runner.new_context))
        await enter(runner)

        health = Health(("", *SERVICES), StreamLimit(limits, grpc))
        slowdown = Slowdown()
        page_login, socket_login = (PageLogin(Login(tokens, slowdown, door)) for door in (page, sockets))
        call_login = CallLogin(Login(tokens, slowdown, grpc))
        parts = (settings.name, runner, caller, limit, turns, metrics, log)
        by_role = {Role.RUN: Console(*parts), Role.READ: Console(*parts, read_only(table))}
        consoles = logged(by_role, settings.access_log, settings.name, access_logger(log))
        loop_watch = LoopWatch(metrics, log)
        own = OwnStatus(identity, links, metrics, loop_watch, lambda: limit.calls, made.switched_on)
        # Lookups for the view must not hold up those of links.
        view_resolver = await enter(Resolver(threads=2))
        at_name = partial(dialer.endpoints, ports=by_name)
        directory = Directory(settings.name, settings.node_addresses, links, view_resolver.resolve, at_name)
        view = ClusterView(own.now, settings.name, directory, dialer)
        nodes = NodeServicer(identity, links, table, view, lambda: StreamLimit(limits, grpc), call_login)
        # The Service of its kind is what every node's certificate is made for, and nobody else's.
        rpc = made.rpc(identity, cookie, settings.service_hosts, runner.start, table.release_idempotent(), metrics, log)
        copies = StoreServicer(Copies(store.copy, settings.data_dir / COPY), rpc.authenticate)
        replies = Replies(identity, encoding)
        commands = ConsoleServicer(consoles, replies, call_login, CommandSpans(spans, GRPC), metrics.count_steps)
        servicers = Servicers(rpc, commands, nodes, copies, health)
        ports = await enter(serve_grpc(servicers, limits, grpc, host, settings.grpc_ports, tls))
        routes = Routes(identity, settings.local_ip or settings.name.host, ports, made.fullness(limit), metrics)
        http_port = await enter(serve_http(routes, limits, http, spans, host, settings.http_port))
        guard = browser_guard((settings.name.host, *settings.service_hosts), settings.allowed_origins, page)
        seen = (replies, encoding, view, limits, metrics, sockets, spans)
        socket_server = SocketServer(identity, table, consoles, socket_login, *seen)
        if tokens is not None:
            tokens.watch(socket_server.log_out)
        app = page_app(socket_server, table, guard, page_login)
        ws_port = await enter(serve_app(app, limits.page_connections, limits, page, host, settings.ws_port))

        def still_open() -> dict[str, int]:
            return {"calls": limit.calls, "links": len(links), "sockets": len(socket_server)}

        grpc_ports = (ports.plaintext or 0, ports.tls or 0)
        node = Node(identity, health, http_port, ws_port, *grpc_ports, admin_port, still_open)
        node.set_state(NodeState.READY)
        await enter(loop_watch)
        await enter(view)  # the last, so that it is the first to end: streams and sockets that watch end with it
        await enter(following_disk(identity, lambda: store.healthy, node.set_state, log))
        await enter(measuring(partial(store.measure, settings.data_dir)))
        log.info("ready", extra={"fields": {"boot_id": identity.boot_id, "boot_epoch": identity.boot_epoch}})
        try:
            yield node
        finally:
            node.set_state(NodeState.DRAINING)
            log.info("stopping", extra={"fields": still_open()})
