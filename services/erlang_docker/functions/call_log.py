"""The log of one call: every line says which function wrote it, for whom."""

import logging
import secrets
from collections.abc import MutableMapping
from typing import Any

from erlang_docker.call import Call


class CallLog(logging.LoggerAdapter[logging.Logger]):
    """Adds the fields module, function, call and caller; `extra={"fields": {...}}` of a line are kept beside them."""

    def __init__(self, log: logging.Logger, call: Call) -> None:
        mfa = call.mfa
        self._fields = {
            "module": mfa.module,
            "function": mfa.function,
            "call": secrets.token_hex(4),
            "caller": call.caller,
        }
        super().__init__(log, self._fields)

    def process(self, msg: Any, kwargs: MutableMapping[str, Any]) -> tuple[Any, MutableMapping[str, Any]]:
        """The line with its fields."""
        fields = kwargs.get("extra", {}).get("fields", {})
        return msg, {**kwargs, "extra": {"fields": {**self._fields, **fields}}}
