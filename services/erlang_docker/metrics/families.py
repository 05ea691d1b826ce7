"""Metrics as they are declared: with all that docs/metrics.md says of them."""

from dataclasses import dataclass

from prometheus_client.metrics import Counter, Gauge, disable_created_metrics
from prometheus_client.registry import CollectorRegistry

from erlang_docker.metrics.durations import Durations
from erlang_docker.metrics.labels import Label

PREFIX = "erlang_docker_"


@dataclass(frozen=True, slots=True)
class Family:
    """One metric, as Prometheus knows it."""

    name: str
    type: str
    text: str
    labels: tuple[Label, ...]


class Families:
    """Makes metrics in one registry, and remembers what they are.

    A counter whose one label has values that are known beforehand has all of them from the start: so `rate` sees the
    first event too.
    """

    def __init__(self) -> None:
        # They would double the families, and say nothing that the start of the process does not.
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self.registry = CollectorRegistry()
        self.declared: list[Family] = []

    def counter(self, name: str, text: str, *labels: Label) -> Counter:
        """`name` is without the prefix, and without `_total`."""
        name = self._declare(name, "counter", text, labels, "_total")
        counter = Counter(name, text, [label.name for label in labels], registry=self.registry)
        for value in labels[0].values if len(labels) == 1 else ():
            counter.labels(value)
        return counter

    def gauge(self, name: str, text: str, *labels: Label) -> Gauge:
        """`name` is without the prefix."""
        name = self._declare(name, "gauge", text, labels)
        return Gauge(name, text, [label.name for label in labels], registry=self.registry)

    def durations(self, name: str, text: str, *labels: Label) -> Durations:
        """A histogram of seconds; `name` is without the prefix."""
        name = self._declare(name, "histogram", text, labels)
        durations = Durations(name, text, [label.name for label in labels])
        self.registry.register(durations)
        return durations

    def _declare(self, name: str, type_: str, text: str, labels: tuple[Label, ...], suffix: str = "") -> str:
        self.declared.append(Family(f"{PREFIX}{name}{suffix}", type_, text, labels))
        return f"{PREFIX}{name}"


class Children(dict[tuple[str, ...], Counter]):
    """Of a counter, by their labels: `labels` costs more than counting does, so each is asked for once."""

    def __init__(self, counter: Counter) -> None:
        super().__init__()
        self._counter = counter

    def __missing__(self, labels: tuple[str, ...]) -> Counter:
        child = self[labels] = self._counter.labels(*labels)
        return child
