"""The WebSockets of the page: opens them, and closes all when the node stops."""

import asyncio
from collections.abc import Collection, Iterable, Mapping
from functools import partial

from aiohttp import web
from aiohttp.base_protocol import BaseProtocol

from erlang_docker.cluster.view import ClusterView
from erlang_docker.console.command_spans import CommandSpans
from erlang_docker.console.commands import Commands
from erlang_docker.functions.table import Export
from erlang_docker.identity import Identity, NodeState
from erlang_docker.limits import Limits
from erlang_docker.metrics.labels import CLOSE_CODE, OTHER, WEBSOCKET
from erlang_docker.metrics.node import Metrics
from erlang_docker.servers.app_server import AppConnection
from erlang_docker.servers.connections import Connections
from erlang_docker.servers.json_requests import SUBPROTOCOL, JsonRequests
from erlang_docker.servers.messages import Messages
from erlang_docker.servers.page_login import PageLogin
from erlang_docker.servers.refusals import Refusals
from erlang_docker.servers.replies import Replies
from erlang_docker.servers.timed_messages import TimedMessages
from erlang_docker.servers.traced_start import TracedStart
from erlang_docker.servers.web_socket import Start, WebSocket
from erlang_docker.tokens import Role
from erlang_docker.tracing.spans import Spans
from erlang_docker.turns import Turns


class SocketServer:
    """All of one node."""

    def __init__(
        self,
        identity: Identity,
        table: Iterable[Export],
        consoles: Mapping[Role, Commands],
        login: PageLogin,
        replies: Replies,
        turns: Turns,
        view: ClusterView,
        limits: Limits,
        metrics: Metrics,
        refusals: Refusals,
        spans: Spans,
    ) -> None:
        self._identity = identity
        self._table = table
        self._consoles = consoles
        self._login = login
        self._replies = replies
        self._turns = turns
        self._view = view
        self._limits = limits
        self._metrics = metrics
        self._refusals = refusals
        self._spans = spans
        self._order = Connections(limits.sockets, refusals)
        self._open: dict[WebSocket, Role] = {}

    def __len__(self) -> int:
        return len(self._open)

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """One socket, from its handshake to its end. aiohttp shakes hands; what comes then never reaches it."""
        if self._identity.state is not NodeState.READY:
            raise web.HTTPServiceUnavailable(text="this node takes no new sockets now")
        role = await self._login.role(request)
        console = self._consoles[role]
        connection = AppConnection.of(request)
        response = web.WebSocketResponse(compress=False, protocols=(SUBPROTOCOL,))
        ready = _handshake(response, request)
        if not ready.ok:
            # aiohttp's own refusal says the header, which may hold bytes that are no text.
            raise web.HTTPBadRequest(text="no handshake of a WebSocket")
        make = self._json_socket if ready.protocol == SUBPROTOCOL else self._text_socket
        socket = make(console, connection.address, request.protocol)
        connection.become_socket(socket)
        await response.prepare(request)
        self._open[socket] = role
        try:
            with self._metrics.sockets.track_inprogress():
                socket.open()
                await socket.ended.wait()
        finally:
            del self._open[socket]
            connection.end()
        return response

    def _text_socket(self, console: Commands, address: str, protocol: BaseProtocol) -> WebSocket:
        if not self._spans.on:
            return self._socket(address, Messages(protocol), partial(console.start, door=WEBSOCKET))
        messages, spans = TimedMessages(protocol), CommandSpans(self._spans, WEBSOCKET)
        return self._socket(address, messages, TracedStart(console, messages, spans).start)

    def _json_socket(self, console: Commands, address: str, protocol: BaseProtocol) -> WebSocket:
        messages = TimedMessages(protocol)
        told = (CommandSpans(self._spans, WEBSOCKET), self._metrics.count_steps)
        requests = JsonRequests(console, self._replies, self._table, self._turns, self._view, messages, *told)
        socket = self._socket(address, messages, requests.start)
        requests.push_to(socket)
        return socket

    def _socket(self, address: str, messages: Messages, start: Start) -> WebSocket:
        return WebSocket(address, messages, start, self._limits, self._order, self._refusals, self._count_close)

    def _count_close(self, code: int) -> None:
        """Clients may give whatever code they like."""
        known = str(int(code))
        self._metrics.sockets_closed.labels(known if known in CLOSE_CODE.values else OTHER).inc()

    def log_out(self, roles: Collection[Role]) -> None:
        """Close the sockets of these roles, each after its running command: their token is no longer good."""
        for socket, role in self._open.items():
            if role in roles:
                socket.log_out()

    async def close_all(self, app: web.Application) -> None:
        """Close every socket, each after its running command."""
        for socket in list(self._open):
            socket.end()
        await asyncio.gather(*(socket.ended.wait() for socket in self._open))


def _handshake(response: web.WebSocketResponse, request: web.Request) -> web.WebSocketReady:
    try:
        return response.can_prepare(request)
    except ValueError:  # of aiohttp, for a key that is no text
        return web.WebSocketReady(ok=False, protocol=None)
