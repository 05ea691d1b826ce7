"""What traces cost: `scripts/bench.sh tracing [SERVICES]`.

The same nodes without traces, with one command in ten traced, and with all; beside them those of another checkout, if
its folder `services` is named: what traces cost where they are off is the difference to a checkout that has none. All
pairs run at once, on the first core, and take turns of a second each, so that a machine whose speed drifts slows all of
them alike. Each round starts them anew: one start of a program is some percent faster than another. Prints the table of
docs/tracing.md.
"""

import os
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from compare import measure
from rows import LINK, ROWS, RPC
from systems import LOAD, Command, Pair, Site, System, our_name, ours, running, started

from erlang_docker.local.plan import LOOPBACK
from ports import free_ports

MEASURED = [row for row in ROWS if row.command in (RPC, LINK, "mfa erlang:node()") and row.clients == 16]
SECONDS = 1.0
ROUNDS = 8
TURNS = 4
Ratios = dict[str, list[float]]
"""Row to the CPU of a call, each a ratio to that of the pair without traces in the same turn."""


@dataclass(frozen=True)
class Traced:
    """Nodes of ours, with more in their environment."""

    environ: dict[str, str]

    def command(self, kind: str, site: Site) -> Command:
        arguments, environ = ours(kind, site)
        return arguments, {**environ, **self.environ}


def systems(collector: int, other: str | None) -> list[System]:
    endpoint = {"OTEL_EXPORTER_OTLP_ENDPOINT": f"http://{LOOPBACK}:{collector}"}
    environs = {"off": {}, "on, 10 %": {**endpoint, "OTEL_TRACES_SAMPLER_ARG": "0.1"}, "on, 100 %": endpoint}
    if other is not None:
        environs["other checkout"] = {"PYTHONPATH": other}
    return [System(title, title, Traced(environ).command, our_name) for title, environ in environs.items()]


def turn(pairs: list[Pair], number: int, found: dict[str, Ratios], micros: Ratios) -> None:
    """Each row of each pair, once, in another order each time."""
    for row in MEASURED:
        order = [*pairs[number % len(pairs) :], *pairs[: number % len(pairs)]]
        spent = {pair.system.title: measure(pair, row, SECONDS)["cpu_us"] for pair in order}
        for title, used in spent.items():
            found[title][row.title].append(used / spent["off"])
        micros[row.title].append(spent["off"])


def main() -> None:
    os.sched_setaffinity(0, LOAD)
    found: dict[str, Ratios] = defaultdict(partial(defaultdict, list))
    micros: Ratios = defaultdict(list)
    with tempfile.TemporaryDirectory() as folder, free_ports() as base, ExitStack() as outer:
        collect = [sys.executable, str(Path(__file__).with_name("collect.py")), str(base + 1)]
        outer.enter_context(started((collect, {}), LOAD))
        measured = systems(base + 1, sys.argv[1] if len(sys.argv) > 1 else None)
        for number in range(ROUNDS):
            with ExitStack() as stack:
                sites = [Site(Path(folder, str(place)), base + 10 + 40 * place) for place in range(len(measured))]
                running_now = [running(one, site) for one, site in zip(measured, sites, strict=True)]
                pairs = [stack.enter_context(pair) for pair in running_now]
                time.sleep(1.0)
                for place in range(TURNS):
                    turn(pairs, place, found, micros)
            sys.stderr.write(f"round {number + 1} of {ROUNDS}\n")
    sys.stdout.write(table(found, micros))


def table(found: dict[str, Ratios], micros: Ratios) -> str:
    rows = [["", *micros], ["---"] * (len(micros) + 1)]
    rows.append(["off, us", *(f"{statistics.median(each):,.0f}" for each in micros.values())])
    rows += [[title, *map(_more, ratios.values())] for title, ratios in found.items() if title != "off"]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in rows)


def _more(ratios: list[float]) -> str:
    """The median, and the middle half of all."""
    low, middle, high = (100 * (each - 1) for each in statistics.quantiles(ratios, n=4))
    return f"**{middle:+.1f} %** ({low:+.1f} to {high:+.1f})"


if __name__ == "__main__":
    main()
