"""A histogram of seconds that costs little to write."""

import time
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import TypeAlias

from prometheus_client.metrics_core import HistogramMetricFamily
from prometheus_client.registry import Collector
from prometheus_client.samples import Exemplar

BUCKETS = (0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
"""From a command that this node answers itself to twice the longest that a call may take."""
_BOUNDS = (*map(str, BUCKETS), "+Inf")

Bucket: TypeAlias = tuple[str, float] | tuple[str, float, Exemplar]


class _Series:
    """What was seen with one set of labels."""

    __slots__ = ("counts", "exemplars", "sum")

    def __init__(self) -> None:
        self.counts = [0] * len(_BOUNDS)
        self.sum = 0.0
        self.exemplars: dict[int, tuple[str, float, float]] = {}
        """By bucket: trace id, seconds, and when."""

    def buckets(self) -> Iterator[Bucket]:
        for number, (bound, count) in enumerate(zip(_BOUNDS, accumulate(self.counts), strict=True)):
            exemplar = self.exemplars.get(number)
            if exemplar is None:
                yield bound, float(count)
            else:
                trace_id, seconds, when = exemplar
                yield bound, float(count), Exemplar({"trace_id": trace_id}, seconds, when)


class Durations(Collector):
    """Written by one thread, and so without the library's locks, and the labels are looked up once.

    Another thread may read meanwhile: each number it sees was right a moment ago, and none ever falls.
    """

    def __init__(self, name: str, text: str, labels: Sequence[str]) -> None:
        self._name = name
        self._text = text
        self._labels = labels
        self._series: dict[tuple[str, ...], _Series] = {}
        if not labels:
            self._begin(())

    def observe(self, labels: tuple[str, ...], seconds: float, trace_id: str = "") -> None:
        """Something took so long; with the id of its trace, if it has one."""
        series = self._series.get(labels) or self._begin(labels)
        bucket = bisect_left(BUCKETS, seconds)
        series.counts[bucket] += 1
        series.sum += seconds
        if trace_id:
            series.exemplars[bucket] = (trace_id, seconds, time.time())

    def collect(self) -> Iterator[HistogramMetricFamily]:
        """For the registry."""
        family = HistogramMetricFamily(self._name, self._text, labels=self._labels)
        for labels, series in list(self._series.items()):
            family.add_metric(labels, list(series.buckets()), series.sum)
        yield family

    def _begin(self, labels: tuple[str, ...]) -> _Series:
        series = self._series[labels] = _Series()
        return series
