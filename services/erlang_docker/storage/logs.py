"""Logs: JSON, one object a line, on standard output and in rotated files on the volume."""

import json
import logging
import logging.handlers
import queue
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from erlang_docker.names import NodeName

FILES = 5
VOLUME_SHARE = 0.1
MAX_BYTES = 64 << 20


@contextmanager
def open_log(name: NodeName, level: str, data_dir: Path) -> Iterator[logging.Logger]:
    """The logger of one node. A thread writes, so that a slow disk never holds up a call."""
    log = logging.Logger(str(name), level)
    records: queue.SimpleQueue[logging.LogRecord] = queue.SimpleQueue()
    log.addHandler(logging.handlers.QueueHandler(records))
    handlers = [logging.StreamHandler(sys.stdout), _file_handler(data_dir)]
    for handler in handlers:
        handler.setFormatter(JsonFormatter(name))
    listener = logging.handlers.QueueListener(records, *handlers)
    listener.start()
    try:
        yield log
    finally:
        listener.stop()
        handlers[1].close()


def _file_handler(data_dir: Path) -> logging.Handler:
    """All files together take a tenth of the volume at most; the store needs the rest."""
    folder = data_dir / "log"
    folder.mkdir(parents=True, exist_ok=True)
    budget = min(MAX_BYTES, int(shutil.disk_usage(folder).total * VOLUME_SHARE))
    return _VolumeHandler(folder / "node.log", maxBytes=budget // FILES, backupCount=FILES - 1)


class _VolumeHandler(logging.handlers.RotatingFileHandler):
    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's name
        """A full disk costs the line, nothing else: standard output has it too."""


class JsonFormatter(logging.Formatter):
    """A record as one JSON object; what was logged with `extra={"fields": {...}}` becomes its fields."""

    def __init__(self, name: NodeName) -> None:
        super().__init__()
        self._node = str(name)

    def format(self, record: logging.LogRecord) -> str:
        fields = {
            "time": round(record.created, 3),
            "level": record.levelname,
            "node": self._node,
            "message": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        return json.dumps(fields, ensure_ascii=False)
