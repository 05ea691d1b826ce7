"""What a line of the log looks like."""

import json
import logging

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
            "time": round(record.created, 3),
            "level": record.levelname,
            "node": self._node,
            "message": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.name != self._node:
            fields["logger"] = record.name
        if record.exc_info:
            fields["exception"] = self.formatException(record.exc_info)
        # A function may log what is not JSON: better its text than no line.
        return json.dumps(fields, ensure_ascii=False, default=str)
