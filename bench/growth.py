"""What a call costs as there is more of everything: nodes of the other kind, sockets, and large values beside it.

A node a runs on the first core, the nodes of kind b on both. Between them is the balancer of `make run`, on the second
core; its own time is not counted. Writes docs/performance-growth.md.
"""

import asyncio
import math
import os
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import AsyncExitStack, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import uvloop
from compare import load
from rows import RPC, Row
from systems import LOAD, NODES, Site, memory_mb, ours, started, wait_for_ping

from erlang_docker import Client
from erlang_docker.addresses import Address
from erlang_docker.local.balancer import serve_balancer
from erlang_docker.local.plan import LOOPBACK
from ports import free_ports

PAGE = Path(__file__).parents[1] / "docs" / "performance-growth.md"
PEERS = (1, 3, 10, 30)
SECONDS = 3.0
ROUNDS = 3
CLIENTS = 16
CALLS_IN_ONE, SPREADS = 1000, 3
SOCKETS = 1000
LARGE = "rpc binary:copy(<<120>>,262000)"
"""Near the largest value that a function of Erlang's gives."""
TEXT = """\
# Growth

Written by `make bench MODE=growth`: one node a on the first core, the nodes of kind b on both, 16 clients, as many
picks and calls as they can make. CPU is that of all nodes together for one call, without the balancer between them.
3,000 calls are then spread over the nodes of kind b by the picks.

{table}

{notes}
"""


@dataclass(frozen=True)
class Cluster:
    """A node a, and who is behind the service it picks from."""

    ports: tuple[int, int]
    """WebSocket and gRPC of node a."""
    pids: list[int]
    """Of node a first."""


@contextmanager
def running(folder: Path, base: int, size: int) -> Iterator[Cluster]:
    """A node a and so many of kind b, all ready."""
    site, service = Site(folder / "a", base), Address(LOOPBACK, base + 4)
    peers = [Site(folder / f"b{number}", base + 4 * number) for number in range(size)]
    with ExitStack() as stack:
        processes = []
        for number, peer in enumerate(peers):
            command, environ = ours("b", peer)
            environ = environ | {"ERLANG_HOST_NAME": f"erlang-docker-b-sfs-{number}.localhost"}
            (peer.folder / "cookie").write_text("c" * 32)
            processes.append(stack.enter_context(started((command, environ), NODES | LOAD)))
        for process, peer in zip(processes, peers, strict=True):
            wait_for_ping(process, peer.ports("b").http)
        targets = [Address(LOOPBACK, peer.ports("b").http) for peer in peers]
        stack.enter_context(balanced(targets, service))
        command, environ = ours("a", site)
        node = stack.enter_context(started((command, environ | {"B_SERVICE_DOMAIN": str(service)}), NODES))
        wait_for_ping(node, site.ports("a").http)
        ports = site.ports("a")
        yield Cluster((ports.ws, ports.grpc), [node.pid, *(process.pid for process in processes)])


@contextmanager
def balanced(targets: list[Address], service: Address) -> Iterator[None]:
    """The balancer, in a thread of its own."""
    up, loop, end = threading.Event(), uvloop.new_event_loop(), asyncio.Event()

    async def serve() -> None:
        async with serve_balancer(lambda: targets, service):
            up.set()
            await end.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    up.wait()
    try:
        yield
    finally:
        loop.call_soon_threadsafe(end.set)
        thread.join()


def cost(cluster: Cluster) -> float:
    """Microseconds of processor time that one `rpc` takes of all nodes together."""
    row = Row("ws", RPC, CLIENTS, "b")
    pids = ",".join(map(str, cluster.pids))
    rounds = [
        load(f"{LOOPBACK}:{cluster.ports[0]}", SECONDS, row, RPC, "erlang-docker-b@", pids) for _ in range(ROUNDS)
    ]
    return float(statistics.median(sum(one["node_cpu_us"]) for one in rounds))


async def spread(cluster: Cluster) -> Counter[str]:
    """Who answered how many calls."""
    counts: Counter[str] = Counter()
    async with Client(f"{LOOPBACK}:{cluster.ports[1]}") as client:
        for _ in range(SPREADS):
            counts.update(dict(await client.mfa("erlang_docker:spread", CALLS_IN_ONE)))
    return counts


def chi_square(counts: Counter[str], size: int) -> str:
    """The statistic, and the one that a random spread exceeds once in a hundred times (Wilson and Hilferty, 1931)."""
    if size == 1:
        return ""
    expected = counts.total() / size
    statistic = sum((count - expected) ** 2 / expected for count in counts.values()) + (size - len(counts)) * expected
    freedom = size - 1
    limit = freedom * (1 - 2 / (9 * freedom) + 2.326 * math.sqrt(2 / (9 * freedom))) ** 3
    return f"{statistic:.1f} (random: below {limit:.1f} in 99 of 100)"


async def socket_kib(cluster: Cluster) -> float:
    """Memory of one open WebSocket that has asked once."""
    before = memory_mb(cluster.pids[0])[0]
    async with AsyncExitStack() as stack:
        for number in range(SOCKETS):
            connector = aiohttp.TCPConnector(local_addr=(f"127.0.0.{2 + number // 200}", 0))
            one = await stack.enter_async_context(aiohttp.ClientSession(connector=connector))
            socket = await one.ws_connect(f"http://{LOOPBACK}:{cluster.ports[0]}/websocket")
            await socket.send_str("node")
            await socket.receive_str()
        return (memory_mb(cluster.pids[0])[0] - before) * 1024 / SOCKETS


async def beside_large(cluster: Cluster) -> tuple[float, float, int]:
    """How long the slowest and the 99th of a hundred small calls take while large values come in, ms; how many came."""
    stop, large, small = time.perf_counter() + SECONDS, 0, list[float]()

    async def fetch(client: Client) -> None:
        nonlocal large
        while time.perf_counter() < stop:
            await client.run(LARGE)
            large += 1

    async def ask(client: Client) -> None:
        while (begun := time.perf_counter()) < stop:
            await client.run(RPC)
            small.append((time.perf_counter() - begun) * 1e3)
            await asyncio.sleep(0.005)

    address = f"{LOOPBACK}:{cluster.ports[1]}"
    async with Client(address) as one, Client(address) as other:
        await asyncio.gather(fetch(one), ask(other))
    small.sort()
    return small[-1], small[len(small) * 99 // 100], large


def growth_row(size: int) -> tuple[list[str], list[str]]:
    """One line of the table; with three nodes, what else is told."""
    with tempfile.TemporaryDirectory() as folder, free_ports() as base, running(Path(folder), base + 10, size) as up:
        alone = memory_mb(up.pids[0])[0]
        cpu = cost(up)
        counts = uvloop.run(spread(up))
        cells = [str(size), f"{cpu:.0f} us", f"{alone:.1f} MB", f"{memory_mb(up.pids[0])[0]:.1f} MB"]
        cells += [f"{min(counts.values())} to {max(counts.values())}", chi_square(counts, size)]
        return cells, uvloop.run(beside(up)) if size == 3 else []


async def beside(cluster: Cluster) -> list[str]:
    slowest, late, large = await beside_large(cluster)
    return [
        f"- While {large / SECONDS:.0f} values of 256 KiB a second come over a link, a small call takes {late:.0f} ms"
        f" at most in 99 of 100, the slowest {slowest:.0f} ms.",
        f"- An open WebSocket takes {await socket_kib(cluster):.1f} KiB of node a's memory ({SOCKETS} of them).",
    ]


def main() -> None:
    os.sched_setaffinity(0, LOAD)
    rows, notes = zip(*map(growth_row, PEERS), strict=True)
    header = ["nodes of kind b", "CPU of one `rpc`", "memory of a", "after the calls", "calls each", "chi-square"]
    table = "\n".join(f"| {' | '.join(cells)} |" for cells in (header, ["---"] * len(header), *rows))
    PAGE.write_text(TEXT.format(table=table, notes="\n".join(note for some in notes for note in some)))
    sys.stdout.write(PAGE.read_text())


if __name__ == "__main__":
    main()
