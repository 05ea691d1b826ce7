"""What became of calls: what their callers were told, and, on the nodes of `counting`, how often each of them ran."""

import asyncio
import os
import random
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from erlang_docker import Busy, CallTimeout, Client, NodeDown, NotSent

LOOK_SECONDS = 0.05
PAUSE_SECONDS = 0.3
"""A fifth of the time that a call has to find a node."""
Span: TypeAlias = tuple[float, float]
"""From when to when, in `time.monotonic()`."""


@dataclass
class Outcomes:
    """Tokens by what their callers were told, and how long each call took, in seconds."""

    answered: list[str] = field(default_factory=list)
    not_run: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    pauses: list[Span] = field(default_factory=list)
    """When this process itself stood still, and with it the balancers and the clock of its calls."""

    async def call(self, client: Client, function: str, token: str) -> None:
        begun = time.monotonic()
        try:
            assert await client.rpc(function, token, random.randint(0, 40), returns=str) == token
            self.answered.append(token)
        except (NotSent, Busy):
            self.not_run.append(token)
        except (NodeDown, CallTimeout):
            self.unknown.append(token)
        self.seconds.append(time.monotonic() - begun)

    @property
    def held(self) -> float:
        """For how many seconds this process stood still."""
        return sum(end - begin for begin, end in self.pauses)

    def hold_for_idempotent(self) -> None:
        """All were answered, by their deadline; nothing excuses one that was not, and only the clock may have stood."""
        assert (self.not_run, self.unknown) == ([], [])
        assert max(self.seconds) < 5 + self.held

    def hold_for_once(self) -> None:
        """What was answered has run, what was refused has not, and nothing has run twice."""
        ran = runs()
        assert [token for token in self.answered if ran[token] != 1] == []
        assert [token for token in self.not_run if ran[token]] == []
        assert [token for token in self.unknown if ran[token] > 1] == []

    def counts(self) -> str:
        """Of calls that may run once."""
        ran = runs()
        twice = sum(ran[token] > 1 for token in (*self.answered, *self.unknown))
        return f"{len(self.answered)} answered, {len(self.unknown)} unknown, {twice} run twice"

    def times(self) -> str:
        """Of idempotent calls."""
        failed = len(self.not_run) + len(self.unknown)
        p99 = sorted(self.seconds)[int(len(self.seconds) * 0.99)]
        stood = f", {len(self.pauses)} pauses of the balancers" if self.pauses else ""
        slowest = max(self.seconds)
        return f"{len(self.answered)} answered, {failed} failed, p99 {p99:.2f} s, slowest {slowest:.2f} s{stood}"


def runs() -> Counter[str]:
    """How often each token's function has run, on all nodes together."""
    files = Path(os.environ["COUNTING_DIR"]).iterdir()
    return Counter(line for file in files for line in file.read_text().splitlines())


@asynccontextmanager
async def called(function: str, targets: Sequence[str], workers: int) -> AsyncIterator[Outcomes]:
    """Calls of this function through these nodes while the context lasts, from so many workers."""
    outcomes, stopping, begun = Outcomes(), asyncio.Event(), time.monotonic_ns()

    async def work(worker: int) -> None:
        async with Client(targets[worker % len(targets)]) as client:
            number = 0
            while not stopping.is_set():
                number += 1
                await outcomes.call(client, function, f"{begun}-{worker}-{number}")

    async def look_for_pauses() -> None:
        while not stopping.is_set():
            awake = time.monotonic() + LOOK_SECONDS
            await asyncio.sleep(LOOK_SECONDS)
            if time.monotonic() - awake > PAUSE_SECONDS:
                outcomes.pauses.append((awake, time.monotonic()))

    async with asyncio.TaskGroup() as group:
        group.create_task(look_for_pauses())
        for worker in range(workers):
            group.create_task(work(worker))
        yield outcomes
        stopping.set()
