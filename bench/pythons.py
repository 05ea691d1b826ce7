"""The same nodes on other interpreters, in one run: `scripts/bench.sh pythons PATH...`, by hand.

Each must be able to import what requirements.txt asks for. They take turns at each round, which starts all nodes anew.
Writes docs/performance-pythons.md; which one is fastest decides what the images are built on.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from functools import partial
from pathlib import Path

from compare import measure
from rows import ROWS, RPC
from systems import LOAD, Command, Site, System, memory_mb, our_name, ours, running

from ports import free_ports

PAGE = Path(__file__).parents[1] / "docs" / "performance-pythons.md"
MEASURED = [row for row in ROWS if (row.command, row.clients) in {(RPC, 64), ("mfa erlang:node()", 16), ("node", 16)}]
SECONDS = 3.0
ROUNDS = 5
TEXT = """\
# Interpreters

Written by `scripts/bench.sh pythons PATH...`: the same nodes, {rounds} rounds in turn, medians; both nodes on the first
core, the load on the second. CPU is what one call takes of both nodes.

{table}
"""
Cells = dict[str, list[float]]
"""What is measured, to its figure in each round."""


def on(interpreter: str, kind: str, site: Site) -> Command:
    """A node of ours on this interpreter."""
    (_, *arguments), environ = ours(kind, site)
    return [interpreter, *arguments], environ


def system(interpreter: str) -> System:
    version = "import platform; print(platform.python_version(), platform.python_compiler())"
    found = subprocess.run([interpreter, "-c", version], check=True, capture_output=True, text=True)
    return System(interpreter, found.stdout.strip(), partial(on, interpreter), our_name)


def measured(one: System, site: Site) -> dict[str, float]:
    with running(one, site) as pair:
        time.sleep(1.0)
        figures = {"first /ping, ms": pair.ping_ms, "idle RSS, MB": memory_mb(pair.pids["a"])[0]}
        for row in MEASURED:
            result = measure(pair, row, SECONDS)
            figures[f"{row.key}: calls/s"] = result["per_second"]
            figures[f"{row.key}: CPU, us"] = result["cpu_us"]
        return figures


def main() -> None:
    os.sched_setaffinity(0, LOAD)
    systems = [system(path) for path in (sys.executable, *sys.argv[1:])]
    figures: dict[str, Cells] = {one.title: defaultdict(list) for one in systems}
    with tempfile.TemporaryDirectory() as folder, free_ports() as base:
        for number in range(ROUNDS):
            for place, one in enumerate(systems):
                site = Site(Path(folder, str(place)), base + 10 + 40 * place)
                for name, figure in measured(one, site).items():
                    figures[one.title][name].append(figure)
            sys.stderr.write(f"round {number + 1} of {ROUNDS}\n")
    PAGE.write_text(TEXT.format(rounds=ROUNDS, table=table(figures)))
    sys.stdout.write(PAGE.read_text())


def table(figures: dict[str, Cells]) -> str:
    names = list(next(iter(figures.values())))
    rows = [["", *figures], ["---"] * (len(figures) + 1)]
    rows += [[name, *(f"{statistics.median(cells[name]):,.0f}" for cells in figures.values())] for name in names]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in rows)


if __name__ == "__main__":
    main()
