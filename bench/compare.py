"""This product beside its peers, in one run: calls a second, latency, start and memory, as ratios.

Both nodes of a pair run on the first core, the load on the second. For each row the systems take turns, so that a
machine whose speed drifts slows all of them alike, and each round starts all nodes anew. Short: two minutes, into
build/bench; full: a quarter of an hour, into docs.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import machine
import report
from rows import ROWS, Row
from systems import BUILT, LOAD, NODES, SYSTEMS, Pair, Site, System, memory_mb, running, started

from erlang_docker.local.plan import LOOPBACK
from ports import free_ports

GENERATOR = str(BUILT / "load")
ROUNDS = 3
IDLE_SECONDS = 1.0

Figures = dict[str, dict[str, Any]]
"""Row to system to what was measured."""


@dataclass(frozen=True)
class Mode:
    name: str
    seconds: float
    """For one row of one system in one round."""
    folder: Path


MODES = {
    "short": Mode("short", 0.5, BUILT),
    "full": Mode("full", 4.0, BUILT.parents[1] / "docs"),
}


def load(address: str, seconds: float, row: Row, command: str, expect: str, pids: str) -> dict[str, Any]:
    arguments = ["-address", address, "-door", row.door, "-command", command, "-expect", expect, "-pids", pids]
    arguments += ["-clients", str(row.clients), "-seconds", str(seconds)]
    done = subprocess.run([GENERATOR, *arguments], capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"{row.title}, {address}: {done.stderr}")
    return dict(json.loads(done.stdout))


def measure(pair: Pair, row: Row, seconds: float) -> dict[str, Any]:
    ports = pair.site.ports("a")
    port = ports.ws if row.door == "ws" else ports.http
    command = row.command.format(b=pair.system.name("b"))
    pids = ",".join(str(pid) for pid in pair.pids.values())
    result = load(f"{LOOPBACK}:{port}", seconds, row, command, pair.system.name(row.answers), pids)
    return {**result, "cpu_us": sum(result["node_cpu_us"])}


def measure_alone(sites: dict[str, Site], cores: set[int]) -> dict[str, dict[str, float]]:
    """Start and idle memory of a node, with no other system about: pages that several share weigh less in PSS."""
    results = {}
    # The last is the same program as the one before it.
    for system in SYSTEMS[:-1]:
        with running(system, sites[system.key], cores) as pair:
            time.sleep(IDLE_SECONDS)
            rss, pss = memory_mb(pair.pids["a"])
            results[system.key] = {"ping_ms": pair.ping_ms, "rss_mb": rss, "pss_mb": pss}
    return results


def measure_rows(sites: dict[str, Site], cores: set[int], systems: Sequence[System], seconds: float) -> Figures:
    with ExitStack() as stack:
        pairs = [stack.enter_context(running(system, sites[system.key], cores)) for system in systems]
        return {
            row.key: {pair.system.key: measure(pair, row, seconds) for pair in pairs if row.is_for(pair.system.key)}
            for row in ROWS
        }


def measure_ceiling(port: int, seconds: float) -> dict[str, dict[str, Any]]:
    """What the load can do at most: the same rows against a server that understands nothing."""
    address = f"{LOOPBACK}:{port}"
    with started(([GENERATOR, "-echo", "-address", address], {}), NODES) as echo:
        time.sleep(0.2)
        rows = {f"{row.door}-{row.clients}": row for row in ROWS}
        return {key: load(address, seconds, row, "node", "node", str(echo.pid)) for key, row in rows.items()}


def run(mode: Mode, cores: set[int]) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder, free_ports() as base, ExitStack() as stack:
        os.environ.update(ERL_EPMD_PORT=str(base + 190), ERL_EPMD_ADDRESS=LOOPBACK)
        stack.enter_context(started((["epmd"], {}), LOAD))
        sites = {system.key: Site(Path(folder, system.key), base + 10 + 40 * i) for i, system in enumerate(SYSTEMS)}
        before = machine.describe()
        ceiling = measure_ceiling(base + 191, mode.seconds)
        alone, rows = [], []
        for number in range(ROUNDS):
            sys.stderr.write(f"round {number + 1} of {ROUNDS}\n")
            turns = [*SYSTEMS[number:], *SYSTEMS[:number]]
            alone.append(measure_alone(sites, cores))
            rows.append(measure_rows(sites, cores, turns, mode.seconds))
        return {
            "when": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
            "mode": mode.name,
            "seconds": mode.seconds,
            "cores": sorted(cores),
            "machine": {**before, "load after": machine.load_average()},
            "ceiling": ceiling,
            "alone": alone,
            "rows": rows,
        }


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("mode", choices=MODES)
    parser.add_argument("--out", type=Path, help="the folder of performance.md, .json and .svg")
    parser.add_argument("--free", action="store_true", help="the nodes on all cores, that of the load too")
    given = parser.parse_args()
    mode = MODES[given.mode]
    cores = os.sched_getaffinity(0) if given.free else NODES
    os.sched_setaffinity(0, LOAD)
    report.write(given.out or mode.folder, run(mode, cores))


if __name__ == "__main__":
    main()
