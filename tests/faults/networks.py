"""A node in a network of its own, and a cable between it and this one that may lose what goes one way. Needs root."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

from faults.disks import run

Way = Literal["to", "from"]
NOBODY = "02:00:00:00:00:00"


@dataclass(frozen=True, slots=True)
class End:
    """One end of the cable."""

    network: str
    """Its network namespace; empty for this process's own."""
    device: str
    mac: str
    address: str

    def ip(self, *words: str) -> None:
        """The command, there."""
        run("ip", *(("-n", self.network) if self.network else ()), *words)

    def send(self, other: "End", mac: str) -> None:
        """Frames for the other end go to this hardware address; nobody is asked for it."""
        self.ip("neigh", "replace", other.address, "lladdr", mac, "dev", self.device, "nud", "permanent")


@dataclass(frozen=True, slots=True)
class Cable:
    """Two ends, joined."""

    near: End
    far: End

    @property
    def inside(self) -> tuple[str, ...]:
        """What a command begins with to run at the far end."""
        return ("ip", "netns", "exec", self.far.network)

    @contextmanager
    def losing(self, way: Way) -> Iterator[None]:
        """Nothing arrives that is sent this way, to or from the far end; whoever sends it is not told."""
        sender, receiver = (self.near, self.far) if way == "to" else (self.far, self.near)
        # The frames leave as ever, and the other end's kernel drops what is for another machine.
        sender.send(receiver, NOBODY)
        try:
            yield
        finally:
            sender.send(receiver, receiver.mac)


@contextmanager
def cable() -> Iterator[Cable]:
    """A network and the cable to it; other processes may have theirs at the same time."""
    pid = os.getpid()
    # Two addresses of 198.18.0.0/15, which are for tests (RFC 2544), by the number of this process.
    number = 4 * (pid % (1 << 15))
    near, far = (f"198.{18 + (number >> 16)}.{number >> 8 & 255}.{(number & 255) + host}" for host in (1, 2))
    network = f"far{pid}"
    ends = Cable(End("", f"near{pid}", "02:00:00:00:00:01", near), End(network, network, "02:00:00:00:00:02", far))
    run("ip", "netns", "add", network)
    try:
        _join(ends.near, ends.far)
        yield ends
        ends.near.ip("link", "del", ends.near.device)  # with its network it would go some time later
    finally:
        run("ip", "netns", "del", network)


def _join(near: End, far: End) -> None:
    peer = ("peer", "name", far.device, "address", far.mac, "netns", far.network)
    near.ip("link", "add", near.device, "address", near.mac, "type", "veth", *peer)
    for end, other in ((near, far), (far, near)):
        end.ip("address", "add", f"{end.address}/30", "dev", end.device)
        end.ip("link", "set", end.device, "up")
        end.send(other, other.mac)
