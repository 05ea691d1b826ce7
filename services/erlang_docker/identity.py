"""Which node this process is, and where in its life it stands."""

import secrets
import time
from dataclasses import dataclass, field
from enum import Enum

from erlang_docker.names import NodeName

VERSION = "0.1.0"
"""Of the package, the chart and the images: a release's tag is `v` and this."""


class NodeState(Enum):
    """Where in its life a node is."""

    STARTING = "starting"
    READY = "ready"
    DRAINING = "draining"


@dataclass(slots=True)
class Identity:
    """A name that never changes, and one life under it: `boot_id` is random, `boot_epoch` counts the starts."""

    name: NodeName
    boot_epoch: int = 0
    """0 until the volume is open."""
    boot_id: str = field(default_factory=lambda: secrets.token_hex(8))
    start_time: float = field(default_factory=time.time)
    """Seconds since 1970."""
    version: str = VERSION
    state: NodeState = NodeState.STARTING

    @property
    def kind(self) -> str:
        """`a` or `b`."""
        return self.name.kind
