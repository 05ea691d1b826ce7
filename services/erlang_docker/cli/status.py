"""All nodes of the cluster, as one of them sees them."""

import asyncio
import sys
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING

import click

from erlang_docker.cli.asking import run, snapshot_of
from erlang_docker.cli.options import Command, Options, pass_options
from erlang_docker.cli.output import table, to_json
from erlang_docker.cli.screen import Lines, full_screen

if TYPE_CHECKING:
    from erlang_docker.client import Client
    from erlang_docker.v1 import node_pb2

HEADING = (
    *("node", "state", "boot", "version", "up", "made/s", "served/s", "made", "served"),
    *("picked", "links", "in flight", "lag ms", "MiB"),
)


@click.command(cls=Command)
@pass_options
def status(options: Options) -> None:
    """Show all nodes of both kinds."""
    snapshot = run(options, snapshot_of)
    click.echo(to_json(snapshot) if options.as_json else "\n".join(lines(snapshot)))


@click.command(cls=Command)
@pass_options
def top(options: Options) -> None:
    """Show all nodes again and again, until Ctrl-C."""
    if not sys.stdout.isatty():
        raise click.UsageError("top draws on a terminal; for a program: erlang-docker watch --json")
    screen = Lines()

    async def work(client: "Client") -> None:
        async for snapshot in client.watch():
            screen.draw([*lines(snapshot), "", "Ctrl-C ends."])

    with full_screen(), suppress(KeyboardInterrupt):
        run(options, work)


@click.command(cls=Command)
@pass_options
def watch(options: Options) -> None:
    """Print a line whenever a node changes its state, until Ctrl-C; with --json all nodes, every second."""
    seen: dict[str, str] = {}

    async def work(client: "Client") -> None:
        async for snapshot in client.watch():
            changes = [to_json(snapshot)] if options.as_json else _changes(snapshot.nodes, seen)
            for line in changes:
                click.echo(line)
            await asyncio.sleep(0)

    with suppress(KeyboardInterrupt):
        run(options, work)


def lines(snapshot: "node_pb2.WatchClusterResponse") -> list[str]:
    """A table, a line for each node."""
    rows = [HEADING, *map(_row, snapshot.nodes)]
    broken = [f"{node.short_name} is broken on purpose: {_faults(node)}" for node in snapshot.nodes if node.faults]
    return [*table(rows).splitlines(), *broken, f"as {snapshot.seen_by} sees them"]


def state(node: "node_pb2.NodeStatus") -> str:
    """`ready`, `frozen`; `unknown` for what is not known yet."""
    from erlang_docker.v1 import node_pb2

    name: str = node_pb2.NodeState.Name(node.state)
    return name.removeprefix("NODE_STATE_").lower().replace("unspecified", "unknown")


def _row(node: "node_pb2.NodeStatus") -> tuple[str, ...]:
    silent = f" {node.silence.seconds} s" if node.HasField("silence") else ""
    numbers = (node.calls_made_per_second, node.calls_served_per_second, node.calls_made, node.calls_served)
    return (
        *(node.short_name, state(node) + silent, str(node.boot_epoch), node.version, _age(node.uptime.seconds)),
        *(f"{number:.0f}" for number in numbers),
        *map(str, (node.picks_received, node.links, node.in_flight)),
        *(f"{node.loop_lag.ToTimedelta().total_seconds() * 1000:.1f}", f"{node.memory_bytes / (1 << 20):.0f}"),
    )


def _faults(node: "node_pb2.NodeStatus") -> str:
    return ", ".join(f"{fault.name} {fault.value:g} for {fault.remaining.seconds} s" for fault in node.faults)


def _changes(nodes: "Iterable[node_pb2.NodeStatus]", seen: dict[str, str]) -> list[str]:
    found = []
    for node in nodes:
        now = f"{state(node)}, boot {node.boot_epoch}"
        if node.state and seen.get(node.short_name) != now:
            found.append(f"{datetime.now():%H:%M:%S}  {node.short_name}  {now}")
            seen[node.short_name] = now
    return found


def _age(seconds: int) -> str:
    """`59s`, `12m`, `3h`, `4d`."""
    for unit, size in (("d", 86_400), ("h", 3600), ("m", 60)):
        if seconds >= size:
            return f"{seconds // size}{unit}"
    return f"{seconds}s"
