"""What a server refused or closed because of a limit or a rule, for those who run the node."""

import logging

from erlang_docker.metrics import Metrics


class Refusals:
    """Counts and logs the refusals of one server."""

    def __init__(self, server: str, metrics: Metrics, log: logging.Logger) -> None:
        self._server = server
        self._metrics = metrics
        self.log = log

    def note(self, reason: str, client: str) -> None:
        """One refusal; `client` is an address. One message per reason: whoever limits the log counts them apart."""
        self._metrics.refusals.labels(self._server, reason).inc()
        self.log.warning(f"{self._server} refused: {reason}", extra={"fields": {"client": client}})
