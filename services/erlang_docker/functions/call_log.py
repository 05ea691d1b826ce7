"""The log of one call: every line says which function wrote it, for whom."""

import logging
import secrets
from collections.abc import MutableMapping
from typing import Any

from erlang_docker.call import Call


class CallLog(logging.LoggerAdapter[logging.Logger]):
    """Adds the fields module, function, trace_id, call and caller; a line's `extra={"fields": {...}}` stay beside them.

    `call` is the same for all lines of one run of the function, `trace_id` for all that came of one command.
    """

    def __init__(self, log: logging.Logger, call: Call) -> None:
        self._fields = {**call.log_fields, "call": secrets.token_hex(4), "caller": call.caller}
        super().__init__(log, self._fields)

    def process(self, msg: Any, kwargs: MutableMapping[str, Any]) -> tuple[Any, MutableMapping[str, Any]]:
        """The line with its fields."""
        fields = kwargs.get("extra", {}).get("fields", {})
        return msg, {**kwargs, "extra": {"fields": {**self._fields, **fields}}}
