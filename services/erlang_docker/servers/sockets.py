"""The WebSockets of the page: opens them, and closes all when the node stops."""

import asyncio
from collections.abc import Mapping

from aiohttp import web

from erlang_docker.console import Console
from erlang_docker.identity import Identity, NodeState
from erlang_docker.limits import Limits
from erlang_docker.metrics import Metrics
from erlang_docker.servers.app_server import AppConnection
from erlang_docker.servers.connections import Connections
from erlang_docker.servers.messages import Messages
from erlang_docker.servers.page_login import PageLogin
from erlang_docker.servers.refusals import Refusals
from erlang_docker.servers.web_socket import WebSocket
from erlang_docker.tokens import Role


class SocketServer:
    """All of one node."""

    def __init__(
        self,
        identity: Identity,
        consoles: Mapping[Role, Console],
        login: PageLogin,
        limits: Limits,
        metrics: Metrics,
        refusals: Refusals,
    ) -> None:
        self._identity = identity
        self._consoles = consoles
        self._login = login
        self._limits = limits
        self._metrics = metrics
        self._refusals = refusals
        self._order = Connections(limits.sockets, refusals)
        self._open: set[WebSocket] = set()

    def __len__(self) -> int:
        return len(self._open)

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """One socket, from its handshake to its end. aiohttp shakes hands; what comes then never reaches it."""
        if self._identity.state is not NodeState.READY:
            raise web.HTTPServiceUnavailable(text="this node takes no new sockets now")
        console = self._consoles[await self._login.role(request)]
        connection = AppConnection.of(request)
        response = web.WebSocketResponse(compress=False)
        if not _is_handshake(response, request):
            # aiohttp's own refusal says the header, which may hold bytes that are no text.
            raise web.HTTPBadRequest(text="no handshake of a WebSocket")
        messages = Messages(request.protocol)
        socket = WebSocket(connection.address, messages, console, self._limits, self._order, self._refusals)
        connection.become_socket(socket)
        await response.prepare(request)
        self._open.add(socket)
        try:
            with self._metrics.sockets.track_inprogress():
                socket.open()
                await socket.ended.wait()
        finally:
            self._open.discard(socket)
            connection.end()
        return response

    async def close_all(self, app: web.Application) -> None:
        """Close every socket, each after its running command."""
        for socket in list(self._open):
            socket.end()
        await asyncio.gather(*(socket.ended.wait() for socket in self._open))


def _is_handshake(response: web.WebSocketResponse, request: web.Request) -> bool:
    try:
        return bool(response.can_prepare(request))
    except ValueError:  # of aiohttp, for a key that is no text
        return False
