"""Whether the event loop turns: a thread that says what held it, which the loop itself cannot."""

import asyncio
import gc
import logging
import sys
import threading
import time
import traceback
from collections import deque
from types import FrameType, TracebackType
from typing import Self

from erlang_docker.metrics.node import Metrics

HELD_SECONDS = 0.1
PAUSE_SECONDS = 0.05
FRAMES = 4
LAGS = 20


class LoopWatch:
    """An async context manager: while it lasts, whatever holds the loop for more than 0.1 s is a line in the log."""

    def __init__(self, metrics: Metrics, log: logging.Logger) -> None:
        self._metrics = metrics
        self._log = log
        self._thread = threading.Thread(target=self._watch, name="loop-watch")
        self._stopped = threading.Event()
        self._turned = threading.Event()
        self._lags: deque[float] = deque([0.0], maxlen=LAGS)
        self._ended = asyncio.Event()

    @property
    def lag(self) -> float:
        """The longest, in seconds, that the loop has let something wait within about the last second."""
        return max(self._lags.copy())

    async def __aenter__(self) -> Self:
        self._loop = asyncio.get_running_loop()
        self._loop_thread = threading.get_ident()
        self._thread.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._stopped.set()
        # Not joined in another thread: a node must stop in order also where the system has none to give.
        await self._ended.wait()
        self._thread.join()

    def _watch(self) -> None:
        while not self._stopped.wait(PAUSE_SECONDS):
            self._turned.clear()
            asked = time.monotonic()
            self._loop.call_soon_threadsafe(self._turned.set)
            if not self._turned.wait(HELD_SECONDS):
                by = self._innermost()
                # The loop turns at the latest for its own end, which waits for this thread.
                self._turned.wait()
                self._tell(time.monotonic() - asked, by)
            lag = time.monotonic() - asked
            self._lags.append(lag)
            self._metrics.loop_lag.observe((), lag)
        self._loop.call_soon_threadsafe(self._ended.set)

    def _innermost(self) -> str:
        """What the loop's thread does at this moment, from inside to outside."""
        frame = _frames().get(self._loop_thread)
        if frame is None:
            return ""
        stack = traceback.extract_stack(frame)[: -FRAMES - 1 : -1]
        return " < ".join(f"{'/'.join(f.filename.split('/')[-2:])}:{f.lineno} {f.name}" for f in stack)

    def _tell(self, seconds: float, by: str) -> None:
        self._metrics.loop_held.inc()
        self._log.warning("event loop held", extra={"fields": {"seconds": round(seconds, 3), "by": by}})


def _frames() -> dict[int, FrameType]:
    """What each thread does.

    Python 3.11 takes a lock of its own for that. If it collects garbage under it, what then runs may let another thread
    go on, which waits for that lock as soon as it ends, with all others behind it: the process stands still for ever
    (python/cpython#106883).
    """
    gc.disable()
    try:
        return sys._current_frames()
    finally:
        gc.enable()
