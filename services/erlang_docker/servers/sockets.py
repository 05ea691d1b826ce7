"""The WebSockets of the page: each text frame is a command, each reply a text frame, in order."""

import asyncio

from aiohttp import WebSocketError, WSCloseCode, WSMsgType, web

from erlang_docker.console import MAX_COMMAND_BYTES, Console
from erlang_docker.identity import Identity, NodeState
from erlang_docker.limits import Limits
from erlang_docker.metrics import Metrics
from erlang_docker.servers.app_server import AppConnection
from erlang_docker.servers.connection import CLOSE_SECONDS
from erlang_docker.servers.connections import Connections
from erlang_docker.servers.frames import FrameCheck
from erlang_docker.servers.refusals import Refusals

HEARTBEAT_SECONDS = 20.0


_CLOSES = {
    "evicted": (WSCloseCode.TRY_AGAIN_LATER, b"too many sockets"),
    "stopped": (WSCloseCode.GOING_AWAY, b"the node is stopping"),
    "idle": (WSCloseCode.GOING_AWAY, b"idle"),
    "unread": (WSCloseCode.POLICY_VIOLATION, b"replies are not read"),
}
"""By the reason why a socket's wait was ended."""


class SocketServer:
    """Opens them, and closes all when the node stops."""

    def __init__(
        self, identity: Identity, console: Console, limits: Limits, metrics: Metrics, refusals: Refusals
    ) -> None:
        self._identity = identity
        self._console = console
        self._limits = limits
        self._metrics = metrics
        self._refusals = refusals
        self._order = Connections(limits.sockets, refusals)
        self._open: set[_Socket] = set()

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """One socket, from its handshake to its end."""
        if self._identity.state is not NodeState.READY:
            raise web.HTTPServiceUnavailable(text="this node takes no new sockets now")
        connection = AppConnection.of(request)
        frames = connection.become_socket()
        response = web.WebSocketResponse(
            heartbeat=HEARTBEAT_SECONDS,
            timeout=CLOSE_SECONDS,
            autoclose=False,
            # aiohttp refuses what reaches its limit, and 64 KiB are to be taken.
            max_msg_size=MAX_COMMAND_BYTES + 1,
            compress=False,
        )
        try:
            await response.prepare(request)
        except ValueError as error:  # aiohttp's own refusal says the header, which may hold bytes that are no text
            raise web.HTTPBadRequest(text="no handshake of a WebSocket") from error
        socket = _Socket(response, frames, connection.address, self._console, self._limits, self._order, self._refusals)
        self._open.add(socket)
        try:
            with self._metrics.sockets.track_inprogress():
                await socket.talk()
        finally:
            self._open.discard(socket)
            connection.end()
        return response

    def __len__(self) -> int:
        return len(self._open)

    async def close_all(self, app: web.Application) -> None:
        """Close every socket, each after its running command."""
        await asyncio.gather(*(socket.stop() for socket in self._open))


class _Socket:
    """One of them.

    What ends it from outside, its deadline or the claim of another, ends the wait of `_answer_all` in its own task, so
    that the socket is closed in one place only.
    """

    def __init__(
        self,
        socket: web.WebSocketResponse,
        frames: FrameCheck,
        address: str,
        console: Console,
        limits: Limits,
        order: Connections,
        refusals: Refusals,
    ) -> None:
        self._socket = socket
        self._frames = frames
        self.address = address
        self._console = console
        self._limits = limits
        self._order = order
        self._refusals = refusals
        self._running = asyncio.Lock()
        self._loop = asyncio.get_running_loop()
        self._end_of_wait = asyncio.timeout(None)
        self._reason = ""
        """Why the wait was ended."""
        self._since = self._loop.time()
        """When the last command came, or its reply began to be sent."""
        self._sending = False
        self._watch_seconds = min(limits.kept_seconds, limits.socket_seconds) / 4

    async def talk(self) -> None:
        """Until it closes."""
        self._timer = self._loop.call_later(self._watch_seconds, self._watch)
        try:
            async with self._end_of_wait:
                self._order.add(self)
                await self._answer_all()
        except TimeoutError:
            await self._close_for(self._reason)
        except ConnectionError:
            return
        finally:
            self._timer.cancel()
            self._order.discard(self)

    def evict(self) -> None:
        """Another takes its place."""
        self._end_wait("evicted")

    def end(self) -> None:
        """As for every connection; the node's stop is told to sockets by `stop`."""
        self._end_wait("stopped")

    async def stop(self) -> None:
        """Close it after its running command."""
        async with self._running:
            await self._close(*_CLOSES["stopped"])

    async def _answer_all(self) -> None:
        """One command at a time, as the original: a socket that sends faster is not read, and TCP pushes back."""
        while (message := await self._socket.receive()).type is WSMsgType.TEXT:
            async with self._running:
                self._order.use(self)  # only commands count: a client's pongs keep no socket open
                self._since = self._loop.time()
                reply = await self._console.run(message.data)
                self._since, self._sending = self._loop.time(), True
                await self._socket.send_str(reply.text)
                self._sending = False
        if message.type is WSMsgType.BINARY:
            self._refusals.note("binary_frame", self.address)
            await self._close(WSCloseCode.UNSUPPORTED_DATA, b"commands are text")
        elif message.type is WSMsgType.CLOSE:
            await self._close(message.data or WSCloseCode.OK, b"")
        elif isinstance(message.data, WebSocketError):  # aiohttp has closed it
            self._refusals.note(self._frames.refused or f"close_{message.data.code}", self.address)

    def _watch(self) -> None:
        """Looked at now and then, so that no command pays for a timer of its own."""
        passed = self._loop.time() - self._since
        if self._sending and passed > self._limits.kept_seconds:
            self._end_wait("unread")
        elif not self._sending and passed > self._limits.socket_seconds:
            self._end_wait("idle")
        else:
            self._timer = self._loop.call_later(self._watch_seconds, self._watch)

    def _end_wait(self, reason: str) -> None:
        # A timeout that has just expired cannot be moved any more; its task will close the socket all the same.
        if not self._end_of_wait.expired():
            self._reason = reason
            self._end_of_wait.reschedule(0)

    async def _close_for(self, reason: str) -> None:
        code, text = _CLOSES[reason]
        if reason in ("idle", "unread"):
            self._refusals.note(reason, self.address)
        await self._close(code, text)

    async def _close(self, code: int, message: bytes) -> None:
        """Without waiting for a client that does not read."""
        await self._socket.close(code=code, message=message, drain=False)
