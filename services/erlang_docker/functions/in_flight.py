"""How many calls a node has in flight, and its refusal to take more."""

import asyncio
from types import TracebackType
from typing import Any

from erlang_docker.errors import Busy

MAX_CALLS = 1000


class InFlightLimit:
    """A context manager for one call after another; Busy at once when too many are inside."""

    def __init__(self, limit: int = MAX_CALLS) -> None:
        self._limit = limit
        self._calls = 0

    @property
    def full(self) -> bool:
        """Whether the next call would be refused."""
        return self._calls >= self._limit

    def check(self) -> None:
        """Raises Busy when the next call would be refused."""
        if self.full:
            raise Busy

    def hold(self, task: asyncio.Future[Any]) -> None:
        """Count a task that was just made until it ends, also when it is cancelled before it began."""
        self._calls += 1
        task.add_done_callback(self._release)

    def __enter__(self) -> None:
        self.check()
        self._calls += 1

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._calls -= 1

    def _release(self, task: asyncio.Future[Any]) -> None:
        self._calls -= 1
