"""What a door refused or closed because of a limit or a rule, for those who run the node."""

import logging

from erlang_docker.metrics.node import Metrics


class Refusals:
    """Counts and logs the refusals of one door."""

    def __init__(self, door: str, metrics: Metrics, log: logging.Logger) -> None:
        self._door = door
        self._metrics = metrics
        self.log = log

    def note(self, reason: str, client: str) -> None:
        """One refusal; `client` is an address. One message per reason: whoever limits the log counts them apart."""
        self._metrics.refusals.labels(self._door, reason).inc()
        self.log.warning(f"{self._door} refused: {reason}", extra={"fields": {"client": client}})
