"""Log lines about what may happen to every call: when all nodes of a kind are away, to hundreds a second."""

import logging
import time

SECONDS = 1.0


class SparseLog:
    """Logs each kind of event once in a while at most; `times` says how often it has happened since the line before."""

    def __init__(self, log: logging.Logger, seconds: float = SECONDS) -> None:
        self._log = log
        self._seconds = seconds
        self._kinds: dict[tuple[str, str], tuple[float, int]] = {}

    def say(self, level: int, message: str, reason: str, **fields: object) -> None:
        """Message and reason make the kind; there must be few of both."""
        now = time.monotonic()
        quiet_until, unsaid = self._kinds.get((message, reason), (0.0, 0))
        if now < quiet_until:
            self._kinds[message, reason] = (quiet_until, unsaid + 1)
            return
        self._kinds[message, reason] = (now + self._seconds, 0)
        self._log.log(level, message, extra={"fields": {"reason": reason, "times": unsaid + 1, **fields}})
