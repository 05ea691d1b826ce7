"""Writes what was measured: performance.json with everything, performance.md with a table a peer, and two plots."""

import json
import statistics
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import plot
from rows import ROWS, Row
from systems import SYSTEMS, System

IDLE_LOAD = 0.5
PEERS = SYSTEMS[1:]
OURS = SYSTEMS[0]
BUSY = """
**The machine did other work meanwhile** (load average {before} before the run, {after} after it; an idle one
has 0 before): of the figures below CPU is the one to trust, and its ratio; the others are slower and spread wider.
"""
TEXT = """\
# Performance

Written by `make bench` ({mode} mode, {when}): {rounds} rounds, {seconds:g} s for each figure of a round.
`make bench MODE=full` takes 15 minutes and writes this page anew.

Both nodes of a pair run on {cores}, the load on the second. The systems take turns at each row, and each
round starts all nodes anew. A figure is the median of the rounds; CPU is what one call takes of both nodes together. A
ratio is ours divided by the peer's: the median of the ratios of single rounds, with the least and the greatest of them
in brackets. More calls a second are better, and less of the others.
{warning}
![Calls a second](performance-calls.svg)

![Latency with one client](performance-latency.svg)

## The peers

- **Erlang pair** ([bench/erlang](../bench/erlang)): the original's path on Erlang's runtime, `POST /node` on a new
  connection, then `rpc:call`. The original's cowboy, hackney and jsx are not in Debian. What stands in for them is a
  small server and client on `gen_tcp` that does less than they do, so it is a harder peer than the original, above all
  at `rpc`, most of which was hackney's. Its schedulers spin before they sleep: with one client, part of its CPU is
  waiting.
- **plain Python** ([bench/plain_node.py](../bench/plain_node.py)): what one writes first. aiohttp's server, its client
  with a new session for each pick, one unary gRPC call; on uvloop. No limits, no proofs, no terms.
- **unary, no pick**: the same, but the call goes over one gRPC channel to the balancer of kind b, which never learns of
  a pick: all calls of a node reach one node of the other kind for as long as the channel lives. The balancer runs on
  the load's core, as a cluster's is in the kernel and takes nothing of a node's.

{tables}

## The load

A program in Go ([bench/load](../bench/load)) with one thread and the system's own calls. Against a server that
understands nothing, on the nodes' core, it does at most:

{ceiling}

At what the tables show it took at most this much of its core with ours:

{load}

The kernel does its work for a connection in whichever process sends, so a busy node means a busy load; where this
table and those above come near each other, the load is what is measured.

## The machine

{machine}
"""


def write(folder: Path, run: dict[str, Any]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "performance.json").write_text(json.dumps(run, indent=1) + "\n")
    text = TEXT.format(
        mode=run["mode"],
        when=run["when"],
        rounds=len(run["rows"]),
        seconds=run["seconds"],
        cores="the first core" if len(run["cores"]) == 1 else "all cores",
        warning=_warning(run["machine"]),
        tables="\n\n".join("\n".join(_table(run, peer)) for peer in PEERS),
        ceiling="\n".join(_ceiling(run["ceiling"])),
        load="\n".join(_shares(run["rows"])),
        machine="\n".join(f"- {name}: {value}" for name, value in run["machine"].items()),
    )
    (folder / "performance.md").write_text(text)
    (folder / "performance-calls.svg").write_text(_calls_plot(run))
    (folder / "performance-latency.svg").write_text(_latency_plot(run))


def _warning(machine: Mapping[str, str]) -> str:
    before, after = machine["load before"], machine["load after"]
    return BUSY.format(before=before, after=after) if float(before) > IDLE_LOAD else ""


def _table(run: dict[str, Any], peer: System) -> Iterable[str]:
    """Ours beside one peer."""
    yield f"## Beside: {peer.title}\n"
    columns = ["work", "clients"]
    columns += [f"{system.title}, /s (p50, CPU)" for system in (OURS, peer)]
    columns += ["ratio /s", "ratio p50", "ratio CPU"]
    yield _line(columns)
    yield _line(["---"] * len(columns))
    yield from (_row(run, row, peer.key) for row in ROWS if row.is_for(peer.key))
    if peer.key in run["alone"][0]:
        yield from _alone(run["alone"], peer.key)


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _name(row: Row) -> str:
    return f"{row.title} {row.clients}"


def _row(run: dict[str, Any], row: Row, peer: str) -> str:
    rounds = [one[row.key] for one in run["rows"]]
    figures = [_figure(rounds, system) for system in (OURS.key, peer)]
    ratios = [_ratio(rounds, peer, what) for what in ("per_second", "p50_us", "cpu_us")]
    return _line([row.title, str(row.clients), *figures, *ratios])


def _figure(rounds: list[dict[str, Any]], system: str) -> str:
    rate = statistics.median(one[system]["per_second"] for one in rounds)
    cpu = statistics.median(one[system]["cpu_us"] for one in rounds)
    return f"{rate:,.0f} ({_time(_p50(rounds, system))}, {cpu:.0f} us)"


def _p50(rounds: list[dict[str, Any]], system: str) -> float:
    return float(statistics.median(one[system]["p50_us"] for one in rounds))


def _time(microseconds: float) -> str:
    return f"{microseconds:.0f} us" if microseconds < 1000 else f"{microseconds / 1000:.1f} ms"


def _ratio(rounds: list[dict[str, Any]], peer: str, what: str) -> str:
    ratios = [one[OURS.key][what] / one[peer][what] for one in rounds]
    return f"**{statistics.median(ratios):.2f}** ({min(ratios):.2f}-{max(ratios):.2f})"


def _alone(rounds: list[dict[str, Any]], peer: str) -> Iterable[str]:
    """What is measured of a node that nobody calls; the least is best."""
    rows = {"first /ping after start, ms": "ping_ms", "idle RSS, MB": "rss_mb", "idle PSS, MB": "pss_mb"}
    for title, what in rows.items():
        figures = [f"{_middle(rounds, system, what):.0f}" for system in (OURS.key, peer)]
        yield _line([title, "", *figures, _ratio(rounds, peer, what), "", ""])


def _middle(rounds: list[dict[str, Any]], system: str, what: str) -> float:
    return float(statistics.median(one[system][what] for one in rounds))


def _shares(rounds: list[dict[str, Any]]) -> Iterable[str]:
    for title in dict.fromkeys(row.title for row in ROWS):
        rows = [row for row in ROWS if row.title == title]
        shares = [statistics.median(one[row.key][OURS.key]["load_core"] for one in rounds) for row in rows]
        yield f"- {title}: {max(shares):.0%}"


def _ceiling(ceiling: Mapping[str, Any]) -> Iterable[str]:
    yield _line(["door, clients", "calls/s", "p50", "of its core", "CPU a call"])
    yield _line(["---"] * 5)
    for key, most in ceiling.items():
        door, _, clients = key.partition("-")
        rate, core = most["per_second"], most["load_core"]
        cost = core / rate * 1e6
        yield _line([f"{door}, {clients}", f"{rate:,.0f}", _time(most["p50_us"]), f"{core:.0%}", f"{cost:.0f} us"])


def _calls_plot(run: dict[str, Any]) -> str:
    """Each system's calls a second, Erlang's being 1."""
    groups = {}
    for row in ROWS:
        rounds = [one[row.key] for one in run["rows"]]
        shown = [system for system in SYSTEMS if row.is_for(system.key)]
        groups[_name(row).replace("`", "")] = {
            system.title: statistics.median(
                one[system.key]["per_second"] / one["erlang"]["per_second"] for one in rounds
            )
            for system in shown
        }
    return plot.bars("Calls a second, as multiples of the Erlang pair's", groups, "{:.2f}")


def _latency_plot(run: dict[str, Any]) -> str:
    groups = {}
    for row in ROWS:
        if row.clients == 1:
            rounds = [one[row.key] for one in run["rows"]]
            shown = [system for system in SYSTEMS if row.is_for(system.key)]
            groups[row.title.replace("`", "")] = {system.title: _p50(rounds, system.key) for system in shown}
    return plot.bars("Median latency with one client, in microseconds", groups, "{:.0f}")
