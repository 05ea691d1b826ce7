"""The nodes as a table: a row each."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from rich.text import Text

from erlang_docker.local.running_node import RunningNode, State
from erlang_docker.local.watch import Watch

WIDE = 124
"""Columns of a terminal that has room for all of them."""
_STYLES = {
    State.READY: "green",
    State.STARTING: "yellow",
    State.PAUSED: "cyan",
    State.STOPPING: "yellow",
    State.STOPPED: "dim",
    State.DEAD: "bold red",
}
Show: TypeAlias = Callable[[RunningNode, Watch], str]


@dataclass(frozen=True, slots=True)
class Column:
    """A title, its width, and what it shows of a node."""

    title: str
    width: int
    show: Show
    wide: bool = False


def _made(node: RunningNode, watch: Watch) -> str:
    return f"{watch.of(node).made_per_second:.0f}"


def _served(node: RunningNode, watch: Watch) -> str:
    return f"{watch.of(node).served_per_second:.0f}"


def _memory(node: RunningNode, watch: Watch) -> str:
    held = watch.of(node).figures.memory_bytes
    return "-" if held is None else f"{held >> 20} MB"


COLUMNS = (
    Column("epoch", 5, lambda node, watch: str(watch.of(node).figures.boot_epoch)),
    Column("up", 4, lambda node, watch: duration(node.seconds_up())),
    Column("made/s", 6, _made),
    Column("served/s", 8, _served),
    Column("made", 8, lambda node, watch: str(watch.of(node).figures.calls_made), wide=True),
    Column("served", 8, lambda node, watch: str(watch.of(node).figures.calls_served), wide=True),
    Column("picked", 7, lambda node, watch: str(watch.picks(node))),
    Column("links", 5, lambda node, watch: str(watch.of(node).figures.links)),
    Column("memory", 7, _memory),
    Column("restarts", 8, lambda node, watch: str(node.starts - 1)),
    Column("admin", 5, lambda node, watch: str(node.plan.admin.port)),
    Column("http", 5, lambda node, watch: str(node.plan.http.port), wide=True),
    Column("page", 5, lambda node, watch: str(node.plan.ws.port), wide=True),
    Column("grpc", 5, lambda node, watch: str(node.plan.grpc.port), wide=True),
    Column("pid", 7, lambda node, watch: str(node.process.pid) if node.process else "", wide=True),
)


def header(width: int) -> Text:
    """The titles that fit."""
    titles = "".join(f" {column.title:>{column.width}}" for column in _fitting(width))
    return Text(f"  node state   {titles}", "bold")


def row(node: RunningNode, watch: Watch, selected: bool, width: int) -> Text:
    """What a node does, or why it does nothing."""
    state = node.state
    frozen = state is State.READY and watch.is_frozen(node)
    style, word = ("bold magenta", "frozen") if frozen else (_STYLES[state], state.value)
    mark = "> " if selected else "  "
    start = Text.assemble((f"{mark}{node.plan.label:<4} ", "bold" if selected else ""), (f"{word:<8}", style))
    if state in (State.STARTING, State.STOPPED, State.DEAD):
        return start.append(f" {why_not_ready(node)}", style)
    return start.append("".join(f" {column.show(node, watch):>{column.width}}" for column in _fitting(width)))


def why_not_ready(node: RunningNode) -> str:
    """`crashed, exit 1, restart 14, next in 8 s: NameError: …`."""
    if node.state is State.STARTING:
        return f"for {duration(node.seconds_up())}"
    if node.state is State.STOPPED:
        return "r starts it"
    how, _, words = node.ended.partition(": ")
    wait = max(0, round(node.next_start - time.monotonic()))
    return f"{how}, restart {max(1, node.starts)}, next in {wait} s" + (f": {words}" if words else "")


def duration(seconds: float) -> str:
    """In the largest unit of which there is one: `59s`, `3m`, `2h`, `5d`."""
    for unit, size in (("d", 86400), ("h", 3600), ("m", 60)):
        if seconds >= size:
            return f"{seconds // size:.0f}{unit}"
    return f"{max(0, seconds):.0f}s"


def _fitting(width: int) -> list[Column]:
    return [column for column in COLUMNS if width >= WIDE or not column.wide]
