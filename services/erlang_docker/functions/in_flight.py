"""How many calls a node has in flight, and its refusal to take more."""

import asyncio
import logging
from types import TracebackType
from typing import Any, Protocol

from erlang_docker.errors import Busy
from erlang_docker.metrics.node import Metrics


class Fullness(Protocol):
    """All that a pick asks of the limit."""

    @property
    def full(self) -> bool:
        """Whether the next call would be refused."""


class InFlightLimit:
    """A context manager for one call after another; Busy at once when too many are inside."""

    def __init__(self, metrics: Metrics, log: logging.Logger, most: int) -> None:
        self.calls = 0
        self.most = most
        self._metrics = metrics
        self._log = log
        self._refused = 0
        """Since the node was last half empty."""

    @property
    def full(self) -> bool:
        """Whether the next call would be refused."""
        return self.calls >= self.most

    def check(self) -> None:
        """Raises Busy when the next call would be refused."""
        if self.full:
            self._refuse()

    def hold(self, task: asyncio.Future[Any]) -> None:
        """Count a task that was just made until it ends, also when it is cancelled before it began."""
        self.calls += 1
        task.add_done_callback(self._release)

    def __enter__(self) -> None:
        self.check()
        self.calls += 1

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._release()

    def _refuse(self) -> None:
        if not self._refused:
            self._log.warning("busy: calls are refused", extra={"fields": {"in_flight": self.calls}})
        self._refused += 1
        self._metrics.busy.inc()
        raise Busy(f"{self.calls} calls in flight")

    def _release(self, task: asyncio.Future[Any] | None = None) -> None:
        self.calls -= 1
        # Not at the limit itself, where busy would begin and end with every call.
        if self._refused and self.calls <= self.most // 2:
            self._log.info("busy no longer", extra={"fields": {"refused": self._refused}})
            self._refused = 0


def call_limit(metrics: Metrics, log: logging.Logger, most: int) -> InFlightLimit:
    """That of a node's calls, whoever asks for them, as its metrics show it."""
    limit = InFlightLimit(metrics, log, most)
    metrics.calls_limit.set(most)
    metrics.calls_in_flight.set_function(lambda: limit.calls)
    return limit
