"""Asks every node once a second what it counts, and keeps what that says of them."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from erlang_docker.local.cluster import Cluster
from erlang_docker.local.figures import Figures, read_figures
from erlang_docker.local.running_node import RunningNode

PERIOD_SECONDS = 1.0
ANSWER_SECONDS = 0.8
FROZEN_SECONDS = 2.0
"""A node that has not answered for so long is shown as frozen."""


@dataclass(slots=True)
class Seen:
    """The last figures of one start of a node, and by how much they grew in a second."""

    start: int = 0
    answered: float = 0.0
    """When, in `time.monotonic()`; at first when it was asked first."""
    figures: Figures = field(default_factory=Figures)
    made_per_second: float = 0.0
    served_per_second: float = 0.0

    def take(self, figures: Figures) -> None:
        """New figures."""
        now = time.monotonic()
        seconds, last = now - self.answered, self.figures
        if last.boot_epoch:  # the first figures are of nobody knows how long
            self.made_per_second = (figures.calls_made - last.calls_made) / seconds
            self.served_per_second = (figures.calls_served - last.calls_served) / seconds
        self.answered, self.figures = now, figures


class Watch:
    """Of one cluster; what is asked is not counted in its nodes' metrics."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._seen = {node.plan.label: Seen() for node in cluster.nodes}
        self._picks: dict[str, int] = defaultdict(int)

    def of(self, node: RunningNode) -> Seen:
        """What is known of this start of a node; nothing, of one that was not asked yet."""
        seen = self._seen[node.plan.label]
        return seen if seen.start == node.starts else Seen()

    def picks(self, node: RunningNode) -> int:
        """How often others have picked a node since the cluster was started."""
        return self._picks[str(node.plan.name)]

    def is_frozen(self, node: RunningNode) -> bool:
        """Whether it was ready, and does not answer."""
        answered = self.of(node).answered
        return answered > 0 and time.monotonic() - answered > FROZEN_SECONDS

    async def run(self, asked: Callable[[], None]) -> None:
        """Until it is cancelled; `asked` is called once all have answered, or have not."""
        while True:
            begun = time.monotonic()
            await asyncio.gather(*(self._ask(node) for node in self._cluster.nodes if node.ready.is_set()))
            asked()
            await asyncio.sleep(begun + PERIOD_SECONDS - time.monotonic())

    async def _ask(self, node: RunningNode) -> None:
        seen = self.of(node)
        if seen.start != node.starts:
            seen = self._seen[node.plan.label] = Seen(node.starts, time.monotonic())
        if node.paused:
            return
        with suppress(OSError, TimeoutError):
            async with asyncio.timeout(ANSWER_SECONDS):
                figures = await read_figures(node.plan.admin)
            self._count_picks(seen.figures.picks, figures.picks)
            seen.take(figures)

    def _count_picks(self, before: dict[str, int], after: dict[str, int]) -> None:
        """Who was picked counts on while those who have picked are started again, and start at 0."""
        for name, count in after.items():
            self._picks[name] += count - before.get(name, 0)
