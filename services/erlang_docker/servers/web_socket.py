"""One WebSocket of the page: each text frame is a command, each reply a text frame, in order."""

import asyncio
from collections.abc import Callable
from typing import TypeAlias

from aiohttp.http import WSCloseCode, WSMessage, WSMsgType

from erlang_docker.console.reply import Reply
from erlang_docker.limits import Limits
from erlang_docker.servers.connection import CLOSE_SECONDS
from erlang_docker.servers.connections import Connections
from erlang_docker.servers.messages import Messages, frame
from erlang_docker.servers.refusals import Refusals
from erlang_docker.servers.socket_watch import SocketWatch

MAX_WAITING_BYTES = 64 << 10
"""A client that is so far ahead of its replies is not read, and TCP pushes back."""
TURN_SECONDS = 0.005
"""Of one socket's commands, before others have theirs."""

Start: TypeAlias = Callable[[str], Reply | asyncio.Task[Reply]]

_CLOSES = {
    "evicted": (WSCloseCode.TRY_AGAIN_LATER, b"too many sockets"),
    "stopped": (WSCloseCode.GOING_AWAY, b"the node is stopping"),
    "idle": (WSCloseCode.GOING_AWAY, b"idle"),
    "replaced": (WSCloseCode.POLICY_VIOLATION, b"the token was replaced"),
    "unread": (WSCloseCode.POLICY_VIOLATION, b"replies are not read"),
}


class WebSocket(asyncio.Protocol):
    """Gets the connection's bytes from the handshake on.

    Everything happens in callbacks of the event loop, so that only `_waits_for` says whether the next message may be
    taken; a command whose reply is there at once costs no task. Once it is closing, what comes is looked through for
    the client's own close frame.
    """

    def __init__(
        self,
        address: str,
        messages: Messages,
        start: Start,
        limits: Limits,
        order: Connections,
        refusals: Refusals,
        closed: Callable[[int], None],
    ) -> None:
        """`start` begins what a text frame asks for; `closed` is told the code of the first close frame, once."""
        self.address = address
        self.ended = asyncio.Event()
        self._messages = messages
        self._start = start
        self._limits = limits
        self._order = order
        self._refusals = refusals
        self._closed = closed
        self._loop = asyncio.get_running_loop()
        self._waits_for = {"handshake"}
        self._running: asyncio.Task[Reply] | None = None
        self._not_read = False
        self._ends_as = ""
        self._closing = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self._transport = transport
        self._watch = SocketWatch(self._limits, self._overdue, self._ping)

    def connection_lost(self, exc: Exception | None) -> None:
        self._lose()

    def data_received(self, data: bytes) -> None:
        self._watch.heard = self._loop.time()
        self._messages.feed(data)
        self._go_on()

    def pause_writing(self) -> None:
        self._watch.used, self._watch.unread = self._loop.time(), True
        self._waits_for.add("client")

    def resume_writing(self) -> None:
        self._watch.unread = False
        self._resume("client")

    def open(self) -> None:
        """The handshake is done."""
        self._order.add(self)
        self._resume("handshake")

    def push(self, text: str) -> None:
        """Send what no command asked for; not to a client that is behind with reading, or leaving."""
        if not self._closing and not self._watch.unread:
            self._transport.write(frame(WSMsgType.TEXT, text.encode()))

    def evict(self) -> None:
        """Another takes its place."""
        self._close(*_CLOSES["evicted"])

    def end(self) -> None:
        """The node stops: close after the running command."""
        self._finish("stopped")

    def log_out(self) -> None:
        """Its token is no longer good: the same."""
        self._finish("replaced")

    def _finish(self, why: str) -> None:
        """`why` is a key of `_CLOSES`."""
        if "command" in self._waits_for:
            self._ends_as = why
        else:
            self._close(*_CLOSES[why])

    def _resume(self, reason: str) -> None:
        self._waits_for.discard(reason)
        self._go_on()

    def _go_on(self) -> None:
        """Answer what has come, until something has to be waited for."""
        until = self._loop.time() + TURN_SECONDS
        while not self._waits_for and (message := self._messages.next()) is not None:
            self._take(message)
            if self._loop.time() > until:
                self._waits_for.add("turn")
                self._loop.call_soon(self._resume, "turn")
        self._push_back()

    def _push_back(self) -> None:
        full = len(self._messages) > MAX_WAITING_BYTES
        if full != self._not_read:
            self._not_read = full
            # A client that is not read cannot be heard.
            self._watch.heard = float("inf") if full else self._loop.time()
            (self._transport.pause_reading if full else self._transport.resume_reading)()

    def _take(self, message: WSMessage) -> None:
        kind = message.type
        if self._closing:
            if kind in (WSMsgType.CLOSE, WSMsgType.ERROR):
                self._end()
        elif kind is WSMsgType.TEXT:
            self._run(message.data)
        elif kind is WSMsgType.PING:
            self._transport.write(frame(WSMsgType.PONG, message.data))
        elif kind is WSMsgType.BINARY:
            self._refusals.note("binary_frame", self.address)
            self._close(WSCloseCode.UNSUPPORTED_DATA, b"commands are text")
        elif kind is WSMsgType.CLOSE:
            self._close(message.data or WSCloseCode.OK, b"")
            self._end()
        elif kind is WSMsgType.ERROR:
            self._refusals.note(self._messages.why(message.data), self.address)
            self._close(message.data.code, b"")
            self._end()

    def _run(self, command: str) -> None:
        self._order.use(self)  # only commands count: a client's pongs keep no socket open
        self._watch.used = self._loop.time()
        reply = self._start(command)
        if isinstance(reply, Reply):
            self._send(reply)
        else:
            self._running = reply
            self._waits_for.add("command")
            reply.add_done_callback(self._answer)

    def _answer(self, task: asyncio.Task[Reply]) -> None:
        self._running = None
        if self._closing:  # and cancelled, or too late
            return
        try:
            self._send(task.result())
        except BaseException:
            self._transport.abort()  # a bug of ours, which the loop logs; a client that waits would wait for nothing
            raise
        if self._ends_as:
            self._close(*_CLOSES[self._ends_as])
        self._resume("command")

    def _send(self, reply: Reply) -> None:
        self._transport.write(frame(WSMsgType.TEXT, reply.text.encode()))

    def _ping(self) -> None:
        self._transport.write(frame(WSMsgType.PING, b""))

    def _overdue(self, reason: str) -> None:
        if reason == "gone":
            self._lose()
        else:
            self._refusals.note(reason, self.address)
            self._close(*_CLOSES[reason])

    def _close(self, code: int, text: bytes) -> None:
        """Say so, and give the client a moment to say it too."""
        if self._closing:
            return
        self._leave(code)
        self._transport.write(frame(WSMsgType.CLOSE, code.to_bytes(2) + text))
        self._waits_for.clear()
        self._loop.call_later(CLOSE_SECONDS, self._end)
        self._loop.call_soon(self._go_on)

    def _lose(self) -> None:
        """The client is not there any more."""
        if not self._closing:
            self._leave(WSCloseCode.ABNORMAL_CLOSURE)
        self._end()

    def _leave(self, code: int) -> None:
        """From now on it is nobody's."""
        self._closing = True
        self._closed(code)
        self._order.discard(self)
        self._watch.end()
        if self._running is not None:
            self._running.cancel()

    def _end(self) -> None:
        """Whoever waits for `ended` closes the connection."""
        self._waits_for.add("end")
        self.ended.set()
