"""A live terminal view of the cluster: every node, its state, and the calls on its links."""

import asyncio
import time
from collections import defaultdict
from dataclasses import dataclass, field

from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from erlang_docker.client import Client
from erlang_docker.errors import NodeError
from erlang_docker.local.cluster import Cluster, RunningNode
from otp.terms.read.reader import parse_term
from otp.terms.types import Atom, Map, Term

REFRESH_SECONDS = 0.5
EVENTS = 8


@dataclass(slots=True)
class _Seen:
    """What a node last reported about itself."""

    epoch: Term = 0
    calls: dict[str, int] = field(default_factory=dict)
    rate: float = 0.0


class View:
    """A table that is redrawn twice a second, with the latest events below it."""

    def __init__(self, console: Console) -> None:
        self.heading = "Starting three nodes of kind a and three of kind b."
        self._console = console
        self._events: list[str] = []
        self._seen: dict[str, _Seen] = defaultdict(_Seen)

    def report(self, event: str) -> None:
        """Show an event."""
        self._events = [*self._events, f"{time.strftime('%H:%M:%S')}  {event}"][-EVENTS:]

    async def run(self, cluster: Cluster) -> None:
        """Draw until cancelled."""
        with Live(console=self._console, auto_refresh=False) as live:
            while True:
                await asyncio.gather(*(self._ask(node) for node in cluster.nodes if node.ready.is_set()))
                live.update(self._draw(cluster.nodes), refresh=True)
                await asyncio.sleep(REFRESH_SECONDS)

    async def _ask(self, node: RunningNode) -> None:
        seen = self._seen[node.plan.label]
        try:
            async with Client(str(node.plan.grpc)) as client:
                info = parse_term(await client.run("mfa erlang_docker:info()"))
                peers = parse_term(await client.run("mfa erlang_docker:peers()"))
        except NodeError:
            return
        assert isinstance(info, Map)
        assert isinstance(peers, list)
        seen.epoch = info[Atom("boot_epoch")]
        calls = {_label(peer[Atom("name")]): peer[Atom("calls")] for peer in peers}
        seen.rate = max(0, sum(calls.values()) - sum(seen.calls.values())) / REFRESH_SECONDS
        seen.calls = calls

    def _draw(self, nodes: list[RunningNode]) -> Group:
        table = Table("node", "state", "boot epoch", "HTTP", "page", "gRPC", "calls/s", "calls made, by link")
        for node in nodes:
            seen = self._seen[node.plan.label]
            table.add_row(
                node.plan.label,
                Text("ready", "green") if node.ready.is_set() else Text("starting", "yellow"),
                str(seen.epoch),
                *(str(address.port) for address in (node.plan.http, node.plan.ws, node.plan.grpc)),
                f"{seen.rate:.0f}",
                "  ".join(f"{peer} {calls}" for peer, calls in sorted(seen.calls.items())),
            )
        return Group(Text(self.heading), table, Text("\n".join(self._events), "dim"))


def _label(name: str) -> str:
    """`b-1` for `erlang-docker-b@erlang-docker-b-sfs-1.…`."""
    kind, _, host = name.removeprefix("erlang-docker-").partition("@")
    return f"{kind}-{host.partition('.')[0].rpartition('-')[2]}"
