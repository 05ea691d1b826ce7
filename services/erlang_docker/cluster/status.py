"""What a node says of itself, and what two such statements say of the time between them."""

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from google.protobuf.duration_pb2 import Duration

from erlang_docker.identity import Identity
from erlang_docker.loop_watch import LoopWatch
from erlang_docker.metrics.node import Metrics
from erlang_docker.names import NodeName
from erlang_docker.peers.links import Links
from erlang_docker.v1 import node_pb2

STATUS_SECONDS = 1.0
"""Between two statements."""


@dataclass(frozen=True, slots=True)
class OwnStatus:
    """Of one running node."""

    identity: Identity
    links: Links
    metrics: Metrics
    loop_watch: LoopWatch
    calls_in_flight: Callable[[], int]
    faults: Callable[[], Mapping[str, tuple[float, float]]]
    """Those that are switched on: name to value, and seconds that are left."""

    def now(self) -> node_pb2.NodeStatus:
        """Everything but what only others know."""
        identity = self.identity
        return node_pb2.NodeStatus(
            name=str(identity.name),
            short_name=identity.name.short,
            kind=kind_number(identity.name),
            state=state_number(identity),
            boot_id=identity.boot_id,
            boot_epoch=identity.boot_epoch,
            version=identity.version,
            uptime=duration(time.time() - identity.start_time),
            calls_made=self.metrics.total(self.metrics.calls_made),
            calls_served=self.metrics.total(self.metrics.calls_served),
            picks_received=self.metrics.total(self.metrics.picked),
            links=len(self.links),
            in_flight=self.calls_in_flight(),
            loop_lag=duration(self.loop_watch.lag),
            memory_bytes=_memory(),
            faults=[
                node_pb2.Fault(name=name, value=value, remaining=duration(left))
                for name, (value, left) in self.faults().items()
            ],
        )


def kind_number(name: NodeName) -> node_pb2.NodeKind:
    """`NODE_KIND_A` of a node of kind a."""
    number: node_pb2.NodeKind = node_pb2.NodeKind.Value(f"NODE_KIND_{name.kind.upper()}")
    return number


def state_number(identity: Identity) -> node_pb2.NodeState:
    """`NODE_STATE_READY` of a node that is ready."""
    number: node_pb2.NodeState = node_pb2.NodeState.Value(f"NODE_STATE_{identity.state.name}")
    return number


def unknown(name: NodeName) -> node_pb2.NodeStatus:
    """Of a node that nobody has heard of yet."""
    return node_pb2.NodeStatus(name=str(name), short_name=name.short, kind=kind_number(name))


def set_rates(status: node_pb2.NodeStatus, before: node_pb2.NodeStatus) -> None:
    """Calls per second since the same boot last spoke; by its own clock, as its words may have been on their way."""
    seconds = _seconds(status.uptime) - _seconds(before.uptime)
    if status.boot_id == before.boot_id and seconds > 0:
        status.calls_made_per_second = (status.calls_made - before.calls_made) / seconds
        status.calls_served_per_second = (status.calls_served - before.calls_served) / seconds


def duration(seconds: float) -> Duration:
    """As protobuf has it; none is negative."""
    message = Duration()
    message.FromNanoseconds(max(0, int(seconds * 1e9)))
    return message


def _seconds(message: Duration) -> float:
    return float(message.seconds) + float(message.nanos) / 1e9


def _memory() -> int:
    """Bytes that the process holds; 0 where the system does not say it in /proc."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")
