"""Ports for a cluster of processes; two checkouts may be tested on one machine at the same time."""

import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress

from erlang_docker.local.plan import LOOPBACK

BLOCK = 200
# Below the ports that the system gives to connections, and below those of `make run`.
BASES = range(20_000, 30_000, BLOCK)


@contextmanager
def free_ports() -> Iterator[int]:
    """The first port of a block for a Plan. A plan leaves the first one unused: it is held here, as the claim."""
    with closing(_claim()) as claim:
        yield claim.getsockname()[1]


def _claim() -> socket.socket:
    """Claimed before its ports are looked at: looking binds them, which whoever has the claim would stumble over."""
    for base in BASES:
        with suppress(OSError):
            claim = socket.create_server((LOOPBACK, base))
            if all(map(_is_free, range(base + 1, base + BLOCK))):
                return claim
            claim.close()
    raise OSError(f"no {BLOCK} ports from {BASES.start} to {BASES.stop} are free")


def _is_free(port: int) -> bool:
    try:
        socket.create_server((LOOPBACK, port)).close()
    except OSError:
        return False
    return True
