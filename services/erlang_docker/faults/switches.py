"""Which faults are switched on, and until when: each ends by itself, so that nothing stays broken by mistake."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import NamedTuple, Self

from erlang_docker.metrics.node import Metrics

MOST = {
    "delay_ms": 10_000.0,
    "error_rate": 1.0,
    "refuse_picks": 1.0,
    "drop_links": 1.0,
    "stall_loop_s": 10.0,
    "fail_store": 1.0,
}
"""Fault to the most it can be set to; 0 is off.

How late a call begins that this node runs, whoever asks; which share of those fails with `{error,fault_switch}`. Picks
are refused as by a node that is full; links of other nodes end, and no new ones are taken; the event loop is held for
so long, and then is free for a second; whatever is asked of the store is Failure `eio`.
"""
SECONDS = 60.0
"""How long a fault lasts if nothing else is said."""
MOST_SECONDS = 3600.0


class Switched(NamedTuple):
    """A fault that is on."""

    value: float
    seconds_left: float


class _On(NamedTuple):
    value: float
    timer: asyncio.TimerHandle


class Switches:
    """A context manager, on its way out of which all is whole. Everything happens in the event loop."""

    def __init__(self, metrics: Metrics, log: logging.Logger) -> None:
        self._gauges = {name: metrics.faults.labels(name) for name in MOST}
        self._log = log
        self._loop = asyncio.get_running_loop()
        self._on: dict[str, _On] = {}
        self._watchers: dict[str, Callable[[], object]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.clear()

    def value(self, name: str) -> float:
        """What a fault is set to; 0 while it is off."""
        on = self._on.get(name)
        return 0.0 if on is None else on.value

    def on(self) -> dict[str, Switched]:
        """Those that are; not one whose time is up though its timer has not run yet, behind a loop that was stalled."""
        now = self._loop.time()
        left = {name: on.timer.when() - now for name, on in self._on.items()}
        return {name: Switched(self._on[name].value, seconds) for name, seconds in left.items() if seconds > 0}

    def watch(self, name: str, action: Callable[[], object]) -> None:
        """Do this whenever the fault is switched on."""
        self._watchers[name] = action

    def set(self, values: Mapping[str, float], seconds: float) -> None:
        """Switch these on for so long, or off where the value is 0; the others stay as they are."""
        for name, value in values.items():
            if value:
                self._switch_on(name, value, seconds)
            else:
                self._switch_off(name, "asked for")

    def clear(self) -> None:
        """Switch all off."""
        for name in list(self._on):
            self._switch_off(name, "asked for")

    def _switch_on(self, name: str, value: float, seconds: float) -> None:
        if name in self._on:
            self._on[name].timer.cancel()
        timer = self._loop.call_later(seconds, self._switch_off, name, "its time is up")
        self._on[name] = _On(value, timer)
        self._gauges[name].set(value)
        fields = {"fault": name, "value": value, "seconds": seconds}
        self._log.warning("fault switched on", extra={"fields": fields})
        if name in self._watchers:
            self._watchers[name]()

    def _switch_off(self, name: str, why: str) -> None:
        on = self._on.pop(name, None)
        if on is not None:
            on.timer.cancel()
            self._gauges[name].set(0)
            self._log.warning("fault switched off", extra={"fields": {"fault": name, "reason": why}})
