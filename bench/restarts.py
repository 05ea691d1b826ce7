"""Ten minutes at most of what a cluster of six can answer, while its nodes of kind b are restarted one after the other.

`scripts/bench.sh restarts`, by hand, on an idle machine; both cores are everybody's. Writes
docs/performance-restarts.md.
"""

import asyncio
import os
import re
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvloop
from overload import flood
from rows import RPC

from erlang_docker.local.cluster import Cluster, run_cluster
from erlang_docker.local.plan import Plan
from erlang_docker.local.running_node import RunningNode
from ports import free_ports

PAGE = Path(__file__).parents[1] / "docs" / "performance-restarts.md"
PEAK_SECONDS = 10.0
SECONDS = 600.0
SHARE = 0.8
RESTART_SECONDS = 20.0
TEXT = """\
# Restarts under load

Written by `scripts/bench.sh restarts`: `{command}` through node a-0 of six, over 40 WebSockets, for {minutes:.0f}
minutes, at {share:.0%} of the {peak:,.0f} calls a second that it can answer on this machine with its load beside it.
Every {pause:.0f} seconds one of the nodes of kind b leaves its service, gets SIGTERM and is started again, {restarts}
times in all.

| calls | answered right | on their way at the end | `busy` | anything else | not sent | p50 | p99 |
| --- | --- | --- | --- | --- | --- | --- | --- |
| {asked:,} | {good:,} | {late} | {busy} | {other} | {held} | {p50:.1f} ms | {p99:.0f} ms |

| node a-0 | memory | open files | threads |
| --- | --- | --- | --- |
{rows}
"""


@dataclass(frozen=True)
class Holding:
    """What a process has."""

    mib: float
    files: int
    threads: int

    @classmethod
    def of(cls, node: RunningNode) -> "Holding":
        assert node.process is not None
        process = Path("/proc", str(node.process.pid))
        status = process.joinpath("status").read_text()
        found = [re.search(rf"{name}:\s+(\d+)", status) for name in ("VmRSS", "Threads")]
        kib, threads = (int(match[1]) for match in found if match)
        return cls(kib / 1024, len(os.listdir(process / "fd")), threads)

    def row(self, moment: str) -> str:
        return f"| {moment} | {self.mib:.1f} MiB | {self.files} | {self.threads} |"


async def restart(cluster: Cluster, restarted: list[str]) -> None:
    """One node of kind b after the other, each when all are ready again."""
    nodes = [node for node in cluster.nodes if node.plan.name.kind == "b"]
    while True:
        await asyncio.sleep(RESTART_SECONDS)
        await cluster.wait_ready()
        node = nodes[len(restarted) % len(nodes)]
        node.restart()
        restarted.append(node.plan.label)


async def measure(cluster: Cluster) -> str:
    await cluster.wait_ready()
    node = cluster.nodes[0]
    address = str(node.plan.ws)
    await flood(address, "ws", "", 2.0)
    peak = (await flood(address, "ws", "", PEAK_SECONDS))["good_per_second"]
    moments, restarted = {"at the start": Holding.of(node)}, list[str]()
    restarting = asyncio.create_task(restart(cluster, restarted))
    loaded = asyncio.create_task(flood(address, "ws", "", SECONDS, SHARE * peak))
    for moment in ("in the middle", "at the end"):
        await asyncio.sleep(SECONDS / 2 - 1)
        moments[moment] = Holding.of(node)
    figures = await loaded
    restarting.cancel()
    return page(peak, figures, len(restarted), moments)


def page(peak: float, figures: dict[str, Any], restarts: int, moments: dict[str, Holding]) -> str:
    return TEXT.format(
        command=RPC,
        minutes=SECONDS / 60,
        share=SHARE,
        peak=peak,
        pause=RESTART_SECONDS,
        restarts=restarts,
        asked=round(figures["offered_per_second"] * SECONDS),
        good=figures["good"],
        late=figures["answered_after_the_end"],
        busy=figures["busy"],
        other=f"{figures['other']} {figures['other_example']}",
        held=figures["held_back"],
        p50=figures["good_p50_ms"],
        p99=figures["good_p99_ms"],
        rows="\n".join(holding.row(moment) for moment, holding in moments.items()),
    )


async def main() -> None:
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder, free_ports() as base:
        plan = Plan(Path(folder), base)
        plan.prepare()
        async with run_cluster(plan, lambda _: None) as cluster:
            PAGE.write_text(await measure(cluster))
    sys.stdout.write(f"{PAGE.read_text()}\n{time.perf_counter() - started:.0f} s\n")


if __name__ == "__main__":
    uvloop.run(main())
