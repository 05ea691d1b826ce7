"""How often the log may say the same: whatever comes in floods is counted, and the count is said."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Self, TypeAlias

LINES = 10
SECONDS = 10.0
MAX_KEYS = 1000

Key: TypeAlias = tuple[int, str]


@dataclass(slots=True)
class _Window:
    until: float
    lines: int = 0
    left_out: int = 0


class LogLimit(logging.Filter):
    """10 lines of one level and message in 10 seconds; after these, one line that says how many more there were.

    A context manager: on its way out it says what it has not said yet. Records come from any thread.
    """

    def __init__(self, tell: Callable[[logging.LogRecord], None], dropped: Callable[[], None]) -> None:
        """`dropped` is called for each line that is left out."""
        super().__init__()
        self._tell = tell
        self._dropped = dropped
        self._windows: dict[Key, _Window] = {}
        self._lock = threading.Lock()
        # One from the start, not one for each flood: what writes to the log must not fail for want of a thread.
        self._thread = threading.Thread(target=self._watch, name="log-limit", daemon=True)
        self._ended = threading.Event()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._ended.set()
        self._thread.join()
        for key in list(self._windows):
            self._close(key)

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether this one is written."""
        with self._lock:
            key = self._key(record)
            window = self._window(key)
            window.lines += 1
            if window.lines <= LINES:
                return True
            window.left_out += 1
            self._dropped()
            return False

    def _key(self, record: logging.LogRecord) -> Key:
        """Level and message; messages that are made anew for every line, and are too many, share what is left."""
        key = (record.levelno, str(record.msg)[:200])
        if key in self._windows or len(self._windows) < MAX_KEYS:
            return key
        now = time.monotonic()
        self._windows = {k: w for k, w in self._windows.items() if w.left_out or w.until > now}
        return key if len(self._windows) < MAX_KEYS else (record.levelno, "")

    def _window(self, key: Key) -> _Window:
        now = time.monotonic()
        window = self._windows.get(key)
        # One that has left lines out stays until that is said.
        if window is None or (not window.left_out and window.until <= now):
            window = self._windows[key] = _Window(now + SECONDS)
        return window

    def _watch(self) -> None:
        while not self._ended.wait(SECONDS / 20):
            for key in self._past():
                self._close(key)

    def _past(self) -> list[Key]:
        now = time.monotonic()
        with self._lock:
            return [key for key, window in self._windows.items() if window.left_out and window.until <= now]

    def _close(self, key: Key) -> None:
        with self._lock:
            window = self._windows.pop(key, None)
        if window and window.left_out:
            self._tell(left_out(*key, window.left_out))


def left_out(level: int, message: str, lines: int) -> logging.LogRecord:
    """The line that says how many others of a level and a message are not written."""
    fields = {"lines": lines, "of": message}
    level_name = logging.getLevelName(level)
    return logging.makeLogRecord(
        {"name": "", "levelno": level, "levelname": level_name, "msg": "lines left out", "fields": fields}
    )
