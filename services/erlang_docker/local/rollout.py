"""Restarts the nodes of a kind, one after the other, when a file that they are made of has changed."""

import asyncio
import re
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from erlang_docker.local.cluster import Cluster
from erlang_docker.local.events import Event, Report, Source
from erlang_docker.local.running_node import RunningNode, State
from erlang_docker.local.sources import Files, LoadError, changed_at, load
from erlang_docker.names import KINDS

PERIOD_SECONDS = 1.0
START_SECONDS = 20.0
"""For a node to be ready, or for all when the cluster starts, which nothing should slow down."""


class Rollout:
    """Of one kind of a cluster.

    A change is loaded first by a process that is no node. If it fails there, the nodes go on as they are; if the first
    node that runs it does not become ready, the others go on.
    """

    def __init__(self, cluster: Cluster, kind: str, turn: asyncio.Lock, report: Report) -> None:
        """`turn` is held while nodes are restarted: kinds that share it take turns."""
        self.problem = ""
        """Why the latest change does not run; empty if it does."""
        self._nodes = cluster.of_kind(kind)
        self._environ = cluster.plan.environ(self._nodes[0].plan)
        self._wait_ready = cluster.wait_ready
        self._turn = turn
        self._report = report
        self._kind = kind
        self._begun = time.time_ns()
        """Before any node was started: what was changed later is not what they run."""
        self._paths: Sequence[Path] = ()
        self._runs: Files | None = None

    async def run(self) -> None:
        """Until it is cancelled."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._wait_ready(), START_SECONDS)
        seen: Files | None = None
        while True:
            now = changed_at(self._paths)
            if now != seen:
                await self._load()
                # What was changed meanwhile is not what was seen, so it is looked at again.
                seen = {**changed_at(self._paths), **now}
                await self._run({path: seen[path] for path in self._paths if path in seen})
            await asyncio.sleep(PERIOD_SECONDS)

    async def _load(self) -> None:
        try:
            self._paths = await load(self._nodes[0].plan.module, self._environ)
            self.problem = ""
        except LoadError as error:
            for line in str(error).splitlines():
                self._tell(line, Source.ERRORS)
            self._runs = self._runs or {}
            self._paths = self._paths or error.paths
            self._refuse(f"{_place(str(error))}; its nodes go on as they are")

    async def _run(self, files: Files) -> None:
        """Restart the nodes, unless they run these files already."""
        if self.problem:
            return
        before, self._runs = self._runs, files
        if before is None:
            before = {path: changed for path, changed in files.items() if changed < self._begun}
        if before != files:
            await self._restart(path.name for path, changed in files.items() if before.get(path) != changed)

    async def _restart(self, changed: Iterable[str]) -> None:
        self._tell(f"restarts, one node after the other: {', '.join(sorted(changed)) or 'a file is gone'}")
        async with self._turn:
            for node in self._nodes:
                if node.state is not State.STOPPED and not await _restarted(node):
                    self._refuse(f"{node.plan.label} does not start with the change; the others go on as they are")
                    break

    def _refuse(self, problem: str) -> None:
        self.problem = f"kind {self._kind}: {problem}"
        self._tell(problem)

    def _tell(self, text: str, source: Source = Source.CLUSTER) -> None:
        self._report(Event(f"kind {self._kind}", text, source))


def rollouts(cluster: Cluster, report: Report) -> list[Rollout]:
    """One of each kind, which take turns."""
    turn = asyncio.Lock()
    return [Rollout(cluster, kind, turn, report) for kind in KINDS]


async def _restarted(node: RunningNode) -> bool:
    """Whether it is ready again, or somebody has stopped it meanwhile; False as soon as it has failed."""
    node.restart()
    outcomes = [asyncio.create_task(node.ready.wait()), asyncio.create_task(node.down.wait())]
    try:
        await asyncio.wait(outcomes, timeout=START_SECONDS, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for outcome in outcomes:
            outcome.cancel()
    return node.state in (State.READY, State.STOPPED)


def _place(traceback: str) -> str:
    """`functions.py:5 SyntaxError: …`, of the last file that a traceback names."""
    *_, what = traceback.splitlines()
    places = re.findall(r'File "([^"]+)", line (\d+)', traceback)
    return f"{Path(places[-1][0]).name}:{places[-1][1]} {what}" if places else what
