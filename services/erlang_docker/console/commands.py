"""What the doors have of a console: commands in, replies out."""

import asyncio
from collections.abc import Awaitable
from typing import Protocol

from erlang_docker.console.reply import Reply
from erlang_docker.trace import Trace


class Commands(Protocol):
    """The console, or what stands before it; `door` is where a command came in."""

    def run(self, command: str, door: str, trace: Trace | None = None) -> Awaitable[Reply]:
        """The reply to one command; what it did is told to the trace."""

    def start(self, command: str, door: str, trace: Trace | None = None) -> Reply | asyncio.Task[Reply]:
        """The reply, or a task of it when something has to be waited for."""
