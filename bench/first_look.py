"""How fast is `rpc erlang:node()` over WebSocket, and `POST /node` on new connections?

One node of each kind, both pinned to the first core, the load on the second. Rounds alternate between the shapes, so
that a machine whose speed drifts slows all of them alike; the median of the rounds is shown.
"""

import asyncio
import logging
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import uvloop

from erlang_docker.errors import NotSent
from erlang_docker.peers.pick import Picker
from erlang_docker.peers.resolve import Resolver
from erlang_docker.settings import Address

SECONDS = 3.0
ROUNDS = 3
LOOPBACK = "127.0.0.1"
LOG = logging.getLogger(__name__)
PORTS = {"a": 24100, "b": 24200}
SERVICES = {kind: Address(LOOPBACK, port) for kind, port in PORTS.items()}
TICKS = os.sysconf("SC_CLK_TCK")

Worker = Callable[[], Awaitable[None]]


@dataclass
class Result:
    calls_per_second: float
    p50: float
    cpu: dict[str, float]
    """Microseconds of each node's processor time for one call."""


def start(kind: str, folder: Path) -> subprocess.Popen[bytes]:
    http = PORTS[kind]
    environ = {
        **os.environ,
        "ERLANG_HOST_NAME": f"erlang-docker-{kind}-sfs-0.localhost",
        "LISTEN_ADDRESS": LOOPBACK,
        "LOCAL_IP": LOOPBACK,
        "DATA_DIR": str(folder / kind),
        "COOKIE_FILE": str(folder / "cookie"),
        "A_SERVICE_DOMAIN": str(SERVICES["a"]),
        "B_SERVICE_DOMAIN": str(SERVICES["b"]),
        **{name: str(http + i) for i, name in enumerate(("HTTP_PORT", "WS_PORT", "GRPC_PORT", "ADMIN_PORT"))},
    }
    process = subprocess.Popen([sys.executable, "-m", f"node_{kind}"], env=environ, stdout=subprocess.DEVNULL)
    os.sched_setaffinity(process.pid, {0})
    return process


def cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


async def measure(workers: list[Worker], nodes: dict[str, subprocess.Popen[bytes]]) -> Result:
    """Closed loops, all at once, for a few seconds."""
    latencies: list[float] = []
    before = {kind: cpu_seconds(process.pid) for kind, process in nodes.items()}
    end = time.perf_counter() + SECONDS

    async def loop(worker: Worker) -> None:
        while (start_ := time.perf_counter()) < end:
            await worker()
            latencies.append(time.perf_counter() - start_)

    await asyncio.gather(*map(loop, workers))
    calls = len(latencies)
    cpu = {kind: (cpu_seconds(process.pid) - before[kind]) / calls * 1e6 for kind, process in nodes.items()}
    return Result(calls / SECONDS, statistics.median(latencies) * 1e6, cpu)


async def rpc(sockets: int, nodes: dict[str, subprocess.Popen[bytes]], command: str = "rpc erlang:node()") -> Result:
    async with aiohttp.ClientSession() as session:
        opened = [await session.ws_connect(f"http://{LOOPBACK}:{PORTS['a'] + 1}/websocket") for _ in range(sockets)]

        def worker(socket: aiohttp.ClientWebSocketResponse) -> Worker:
            async def ask() -> None:
                await socket.send_str(command)
                await socket.receive_str()

            return ask

        return await measure([worker(socket) for socket in opened], nodes)


async def new_connections(clients: int, nodes: dict[str, subprocess.Popen[bytes]]) -> Result:
    picker = Picker(SERVICES, Resolver(1), LOG)

    async def pick() -> None:
        await picker.pick("a")

    return await measure([pick] * clients, nodes)


async def wait_ready(picker: Picker) -> None:
    for kind in PORTS:
        while True:
            try:
                await picker.pick(kind)
                break
            except NotSent:
                await asyncio.sleep(0.05)


async def run(nodes: dict[str, subprocess.Popen[bytes]]) -> None:
    shapes: dict[str, Callable[[], Awaitable[Result]]] = {
        "rpc, 1 socket": lambda: rpc(1, nodes),
        "rpc, 16 sockets": lambda: rpc(16, nodes),
        "rpc, 64 sockets": lambda: rpc(64, nodes),
        "mfa, 16 sockets": lambda: rpc(16, nodes, "mfa erlang:node()"),
        "POST /node, new connections, 16 clients": lambda: new_connections(16, nodes),
    }
    await wait_ready(Picker(SERVICES, Resolver(1), LOG))
    rounds = [{name: await shape() for name, shape in shapes.items()} for _ in range(ROUNDS)]
    sys.stdout.write(f"{'shape':<42}{'calls/s':>9}{'p50 us':>9}{'cpu a us':>10}{'cpu b us':>10}\n")
    for name in shapes:
        results = sorted((done[name] for done in rounds), key=lambda result: result.calls_per_second)
        middle = results[len(results) // 2]
        sys.stdout.write(
            f"{name:<42}{middle.calls_per_second:>9.0f}{middle.p50:>9.0f}{middle.cpu['a']:>10.0f}{middle.cpu['b']:>10.0f}\n"
        )


def main() -> None:
    os.sched_setaffinity(0, {1})
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "cookie").write_text("c" * 32)
        nodes = {kind: start(kind, Path(folder)) for kind in PORTS}
        try:
            uvloop.run(run(nodes))
        finally:
            for process in nodes.values():
                process.kill()
                process.wait()


if __name__ == "__main__":
    main()
