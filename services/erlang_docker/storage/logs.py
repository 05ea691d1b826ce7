"""Logs: JSON, one object a line, on standard output and in rotated files on the volume."""

import logging
import logging.handlers
import queue
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
from typing import TypeAlias

from erlang_docker.metrics.labels import LOG_LOSS
from erlang_docker.metrics.node import Metrics
from erlang_docker.names import NodeName
from erlang_docker.storage.log_clients import is_no_clients_doing
from erlang_docker.storage.log_limit import LogLimit, left_out
from erlang_docker.storage.log_lines import JsonFormatter

FILES = 5
VOLUME_SHARE = 0.1
MAX_BYTES = 64 << 20
MOST_WAITING = 10_000
"""Lines of the access log; each takes about 1 KiB while it waits."""

Records: TypeAlias = "queue.SimpleQueue[logging.LogRecord]"


@contextmanager
def open_log(name: NodeName, level: str, data_dir: Path, metrics: Metrics) -> Iterator[logging.Logger]:
    """The logger of one node; OSError when the volume cannot be written.

    A thread each writes to the two places, so that a slow disk holds up neither a call nor the lines that tell of it.
    """
    with ExitStack() as stack:
        flood, volume = (metrics.log_lines_dropped.labels(reason).inc for reason in LOG_LOSS.values)
        file = stack.enter_context(closing(_file_handler(data_dir, volume)))
        places = [stack.enter_context(_listening(handler)) for handler in (logging.StreamHandler(sys.stdout), file)]
        fork = _Fork(places, name)
        log = NodeLog(str(name))
        log.addHandler(fork)
        log.setLevel(level)
        fork.addFilter(is_no_clients_doing)
        fork.addFilter(stack.enter_context(LogLimit(fork.emit, flood)))
        yield log


def access_logger(log: logging.Logger) -> logging.Logger:
    """Beside what `open_log` gave, without its level and its limit, for as many lines as somebody wants.

    To standard output alone: on the volume they would drive out the lines of which there are few. The lines are written
    as fast as they are read, so only so many wait.
    """
    access = logging.Logger("access", logging.INFO)
    for handler in log.handlers:
        if isinstance(handler, _Fork):
            access.addHandler(handler.stream())
    return access


class NodeLog(logging.Logger):
    """Whose level may change at any time.

    Python's loggers remember what they found out about a level, and only those are told to forget it that everybody
    can get by name, which a node's is not.
    """

    def isEnabledFor(self, level: int) -> bool:  # noqa: N802 - logging's name
        return level >= self.level

    def setLevel(self, level: int | str) -> None:  # noqa: N802
        """Of the handlers too: what libraries log comes to them alone."""
        super().setLevel(level)
        for handler in self.handlers:
            handler.setLevel(level)


class _Fork(logging.handlers.QueueHandler):
    """Makes a line of a record, at once, and has the threads write it."""

    def __init__(self, places: list[Records], name: NodeName) -> None:
        super().__init__(places[0])
        self._places = places
        self._node = name
        self.setFormatter(JsonFormatter(name))

    def stream(self) -> "_Stream":
        """To its first place."""
        return _Stream(self._places, self._node)

    def enqueue(self, record: logging.LogRecord) -> None:
        for place in self._places:
            place.put(record)


class _Stream(_Fork):
    """To standard output alone; how many lines found no room is said with the next that does."""

    def __init__(self, places: list[Records], name: NodeName) -> None:
        super().__init__(places[:1], name)
        self._left_out = 0

    def enqueue(self, record: logging.LogRecord) -> None:
        if self._places[0].qsize() >= MOST_WAITING:
            self._left_out += 1
            return
        if self._left_out:
            super().enqueue(self.prepare(left_out(record.levelno, record.name, self._left_out)))
            self._left_out = 0
        super().enqueue(record)


@contextmanager
def _listening(handler: logging.Handler) -> Iterator[Records]:
    records: Records = queue.SimpleQueue()
    listener = logging.handlers.QueueListener(records, handler)
    listener.start()
    try:
        yield records
    finally:
        listener.stop()


def _file_handler(data_dir: Path, lost: Callable[[], None]) -> logging.Handler:
    """All files together take a tenth of the volume at most; the store needs the rest."""
    folder = data_dir / "log"
    folder.mkdir(parents=True, exist_ok=True)
    budget = min(MAX_BYTES, int(shutil.disk_usage(folder).total * VOLUME_SHARE))
    # Opened with the first line: a node that is refused on this volume leaves no trace on it.
    return _VolumeHandler(folder / "node.log", budget // FILES, lost)


class _VolumeHandler(logging.handlers.RotatingFileHandler):
    def __init__(self, path: Path, max_bytes: int, lost: Callable[[], None]) -> None:
        super().__init__(path, maxBytes=max_bytes, backupCount=FILES - 1, delay=True)
        self._lost = lost

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's name
        """A full disk costs the line, nothing else: standard output has it too."""
        self._lost()

    def close(self) -> None:
        """Nor is it a reason to end otherwise than asked, when the last lines are still in a buffer."""
        with suppress(OSError):
            super().close()
