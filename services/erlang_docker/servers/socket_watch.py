"""Sockets whose clients do nothing, do not read, or are gone."""

import asyncio
from collections.abc import Callable

from erlang_docker.limits import Limits


class SocketWatch:
    """Of one socket. It looks now and then, so that no command pays for a timer of its own."""

    def __init__(self, limits: Limits, overdue: Callable[[str], None], ping: Callable[[], None]) -> None:
        """`overdue` is told `unread`, `idle` or `gone`."""
        self._limits = limits
        self._overdue = overdue
        self._ping = ping
        self._loop = asyncio.get_running_loop()
        self._seconds = min(limits.kept_seconds, limits.socket_seconds, limits.silent_seconds) / 4
        self.used = self.heard = self._loop.time()
        """When the last command came, or what is unread was sent; when any byte came, never while none is read."""
        self.unread = False
        self._pinged = 0.0
        self._unanswered = 0.0
        self._timer = self._loop.call_later(self._seconds, self._look)

    def end(self) -> None:
        """No more looking."""
        self._timer.cancel()

    def _look(self) -> None:
        self._timer = self._loop.call_later(self._seconds, self._look)
        now = self._loop.time()
        if self.unread:
            if now - self.used > self._limits.kept_seconds:
                self._overdue("unread")
        elif now - self.used > self._limits.socket_seconds:
            self._overdue("idle")
        elif self._pinged > self.heard:
            # Looks are counted, not seconds: while this process itself is held up, a pong waits to be read.
            self._unanswered += self._seconds
            if self._unanswered >= self._limits.silent_seconds / 2:
                self._overdue("gone")
        elif now - self.heard > self._limits.silent_seconds:
            self._pinged, self._unanswered = now, 0.0
            self._ping()
