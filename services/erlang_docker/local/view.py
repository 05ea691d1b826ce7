"""What is on the screen: a heading, the table of nodes, bars or help that were asked for, and a log."""

import time
from collections.abc import Sequence

from rich.text import Text

from erlang_docker.local import table
from erlang_docker.local.cluster import Cluster
from erlang_docker.local.journal import ALL, Journal
from erlang_docker.local.log_pane import LogPane
from erlang_docker.local.running_node import RunningNode
from erlang_docker.local.watch import Watch
from erlang_docker.local.welcome import how_many, in_short

WELCOME_SECONDS = 10.0
"""Then one line of it stays."""
WELCOME_HEIGHT = 20
"""Where there are fewer lines, the nodes need them."""
LEAST_LOG = 6
"""Rows of it, also where there are many nodes."""


class View:
    """Of one cluster; what the keys change are its attributes."""

    def __init__(self, cluster: Cluster, watch: Watch, journal: Journal, keys: Text) -> None:
        """`keys` is the last row: what can be pressed."""
        self.selected: int | None = None
        """Index of a node; None: all of them."""
        self.log_only = False
        self.over: Sequence[Text] | None = None
        """Shown above the log."""
        self.over_title = ""
        self.notice = ""
        """What the last key did."""
        self.problems: Sequence[str] = ()
        """What is wrong with the latest changes to the nodes' files."""
        self.log = LogPane()
        self._cluster = cluster
        self._watch = watch
        self._journal = journal
        self._keys = keys
        self._ready_since: float | None = None

    @property
    def node(self) -> RunningNode | None:
        """The one that is selected."""
        return None if self.selected is None else self._cluster.nodes[self.selected]

    def rows(self, width: int, height: int) -> list[Text]:
        """As many as there are lines."""
        above = [] if self.log_only else [*self._heading(height), *self._table(width, height)]
        above += [Text(problem, "bold red") for problem in self.problems if problem]
        if self.over is not None:
            above += [_rule(width, self.over_title), *self.over]
        above = above[: height - 3]
        label = ALL if self.node is None else self.node.plan.label
        lines = self.log.rows(self._journal.lines(label), width, height - len(above) - 2)
        title = f"log of {label or 'all'}" + (", scrolled back: End follows" if self.log.is_back else "")
        return [*above, _rule(width, title, self.notice), *lines, self._keys]

    def _heading(self, height: int) -> list[Text]:
        nodes = self._cluster.nodes
        ready = sum(node.ready.is_set() for node in nodes)
        if self._ready_since is None:
            if ready < len(nodes):
                return [Text(f"Starting {how_many(self._cluster.plan)}: {ready} of {len(nodes)} are ready", "bold")]
            self._ready_since = time.monotonic()
        *welcome, addresses = in_short(self._cluster.plan)
        is_new = height >= WELCOME_HEIGHT and time.monotonic() < self._ready_since + WELCOME_SECONDS
        return [*(Text(line) for line in welcome if is_new), Text(addresses, "bold")]

    def _table(self, width: int, height: int) -> list[Text]:
        nodes = list(enumerate(self._cluster.nodes))
        most = max(3, height - LEAST_LOG - 7)
        # The selected one in sight.
        first = max(0, min((self.selected or 0) - most // 2, len(nodes) - most))
        shown = nodes[first : first + most]
        return [
            table.header(width),
            *(table.row(node, self._watch, number == self.selected, width) for number, node in shown),
        ]


def _rule(width: int, title: str, notice: str = "") -> Text:
    line = Text.assemble(("── ", "dim"), (title, "bold"), (f"  {notice} " if notice else " ", "cyan"))
    return line.append("─" * max(0, width - line.cell_len), "dim")
