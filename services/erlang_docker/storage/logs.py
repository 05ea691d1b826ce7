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
from erlang_docker.storage.log_limit import LogLimit
from erlang_docker.storage.log_lines import JsonFormatter

FILES = 5
VOLUME_SHARE = 0.1
MAX_BYTES = 64 << 20

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
        log = logging.Logger(str(name), level)
        log.addHandler(fork)
        fork.addFilter(is_no_clients_doing)
        fork.addFilter(stack.enter_context(LogLimit(fork.emit, flood)))
        yield log


@contextmanager
def library_logs(log: logging.Logger) -> Iterator[None]:
    """What libraries warn of goes the same way. For the process of a node: loggers of libraries belong to no node."""
    root = logging.getLogger()
    for handler in log.handlers:
        root.addHandler(handler)
    try:
        yield
    finally:
        for handler in log.handlers:
            root.removeHandler(handler)


class _Fork(logging.handlers.QueueHandler):
    """Makes a line of a record, at once, and has the threads write it."""

    def __init__(self, places: list[Records], name: NodeName) -> None:
        super().__init__(places[0])
        self._places = places
        self.setFormatter(JsonFormatter(name))

    def enqueue(self, record: logging.LogRecord) -> None:
        for place in self._places:
            place.put(record)


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
