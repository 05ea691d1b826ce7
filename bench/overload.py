"""More calls than a node can answer, whatever it answers: `scripts/bench.sh overload`, by hand, on an idle machine.

At each door: how many calls a second two nodes of one core answer at most, then twice as many for half a minute; what
becomes of them, of a user who asks meanwhile, and of the memory. What the load may do is in bench/load/flood.go.
"""

import asyncio
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import uvloop
from rows import RPC
from systems import BUILT, LOAD, SYSTEMS, Pair, Site, memory_mb, running

from erlang_docker.local.plan import LOOPBACK
from harness import socket
from ports import free_ports

DOORS = (("ws", ""), ("grpc", ""), ("grpc", "2S"))
"""And the time that a gRPC call has, if any."""
PIPES = 40
AT_ONCE = 64
PEAK_SECONDS = 10.0
SECONDS = 30.0
PAUSE_SECONDS = 0.05


@dataclass
class Watch:
    """A user's own calls: when each was sent, and how long it took; and the largest memory of node a meanwhile."""

    sent: list[float] = field(default_factory=list)
    took: list[float] = field(default_factory=list)
    most_mb: float = 0.0

    def normal_after(self, moment: float, normal: float) -> float:
        """Seconds from this moment to the first call that took no more than thrice the normal time."""
        calls = zip(self.sent, self.took, strict=False)
        return next((sent - moment for sent, took in calls if sent >= moment and took <= 3 * normal), float("nan"))


@asynccontextmanager
async def watching(pair: Pair) -> AsyncIterator[Watch]:
    watch = Watch()

    async def look() -> None:
        async with socket(pair.site.ports("a").ws) as user:
            while True:
                watch.sent.append(time.perf_counter())
                await user.ask(RPC)
                watch.took.append(time.perf_counter() - watch.sent[-1])
                watch.most_mb = max(watch.most_mb, memory_mb(pair.pids["a"])[0])
                await asyncio.sleep(PAUSE_SECONDS)

    looking = asyncio.create_task(look())
    try:
        yield watch
    finally:
        looking.cancel()
        await asyncio.gather(looking, return_exceptions=True)


async def flood(address: str, door: str, timeout: str, seconds: float, rate: float = 0.0) -> dict[str, Any]:
    """So many calls a second, whatever is answered; with no rate 64 at a time. `timeout` as gRPC has it in a header."""
    options = {"address": address, "door": door, "command": RPC, "expect": "erlang-docker-b@", "pipes": PIPES}
    options |= {"clients": AT_ONCE, "timeout": timeout, "rate": rate, "seconds": seconds}
    arguments = [word for name, value in options.items() for word in (f"-{name}", str(value))]
    load = await asyncio.create_subprocess_exec(BUILT / "load", *arguments, stdout=asyncio.subprocess.PIPE)
    out, _ = await load.communicate()
    if load.returncode != 0:
        raise RuntimeError(f"the load ended with {load.returncode}")
    return dict(json.loads(out))


async def measure(pair: Pair, door: str, timeout: str) -> None:
    ports = pair.site.ports("a")
    address = f"{LOOPBACK}:{ports.ws if door == 'ws' else ports.grpc}"
    await flood(address, door, timeout, 1.0)
    peak = await flood(address, door, timeout, PEAK_SECONDS)
    show(f"{door} {timeout or 'no deadline'}, {AT_ONCE} at once", peak)
    async with watching(pair) as quiet:
        await asyncio.sleep(3)
    before, normal = memory_mb(pair.pids["a"])[0], statistics.median(quiet.took)
    async with watching(pair) as watch:
        end = time.perf_counter() + SECONDS
        twice = await flood(address, door, timeout, SECONDS, 2 * peak["good_per_second"])
        await asyncio.sleep(5)
    show(f"{door} {timeout or 'no deadline'}, twice the peak", twice)
    share = twice["good_per_second"] / peak["good_per_second"]
    after = memory_mb(pair.pids["a"])[0]
    waits = f"{normal * 1e3:.1f} ms before, {max(watch.took) * 1e3:.0f} at most"
    back = f"normal {watch.normal_after(end, normal):.2f} s after the end"
    memory = f"{before:.0f} MiB before, {watch.most_mb:.0f} at most, {after:.0f} after"
    sys.stdout.write(f"goodput {share:.0%} of the peak; a user's call {waits}, {back}; RSS of node a {memory}\n\n")


def show(title: str, figures: dict[str, Any]) -> None:
    sys.stdout.write(f"{title}: {json.dumps(figures)}\n")


async def main() -> None:
    with tempfile.TemporaryDirectory() as folder, free_ports() as base:
        for number, (door, timeout) in enumerate(DOORS):
            with running(SYSTEMS[0], Site(Path(folder, str(number)), base + 10 + 40 * number)) as pair:
                await measure(pair, door, timeout)


if __name__ == "__main__":
    os.sched_setaffinity(0, LOAD)
    uvloop.run(main())
