"""What a line of the log looks like."""

import json
import logging
from datetime import UTC, datetime

from erlang_docker.names import NodeName


class JsonFormatter(logging.Formatter):
    """A record as one JSON object on one line.

    What was logged with `extra={"fields": {...}}` becomes its fields, an exception the field `exception`, and what a
    library logged says which in the field `logger`.
    """

    def __init__(self, name: NodeName) -> None:
        super().__init__()
        self._node = str(name)

    def format(self, record: logging.LogRecord) -> str:
        fields = {
            "time": _iso(record.created),
            "level": record.levelname,
            "node": self._node,
            "message": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.name not in ("", self._node):
            fields["logger"] = record.name
        if record.exc_info:
            fields["exception"] = self.formatException(record.exc_info)
        # A function may log what is not JSON: better its text than no line.
        return json.dumps(fields, ensure_ascii=False, default=str)


def _iso(seconds: float) -> str:
    """RFC 3339 in UTC, `2026-11-26T01:20:00.123Z`; such texts sort as their times do."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
