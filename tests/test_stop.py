"""A node's process and its signals."""

import asyncio
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from erlang_docker.local.plan import NodePlan, Plan
from harness import socket

START_SECONDS = 20.0


@pytest.fixture
def plan(tmp_path: Path, base: int) -> Plan:
    return Plan(tmp_path, base)


@pytest.fixture
def node(plan: Plan) -> NodePlan:
    return plan.nodes[0]


@pytest.fixture
def process(plan: Plan, node: NodePlan) -> Iterator[subprocess.Popen[bytes]]:
    plan.prepare()
    environ = {**plan.environ(node), "DRAIN_SECONDS": "3600"}
    with subprocess.Popen([sys.executable, "-m", "node_a"], env=environ, stdout=subprocess.DEVNULL) as started:
        yield started
        started.kill()


def blocked_signals(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("SigBlk")).split()[1], 16)


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc to see when the process holds its signals")
async def test_a_signal_during_the_start_is_not_lost(process: subprocess.Popen[bytes]) -> None:
    """Nor does a node that nobody knows yet wait until nobody knows it any more."""
    async with asyncio.timeout(START_SECONDS):
        while not blocked_signals(process.pid) & 1 << (signal.SIGTERM - 1):
            await asyncio.sleep(0.001)
    process.send_signal(signal.SIGTERM)
    assert await asyncio.to_thread(process.wait, 30) == 0


async def test_a_stopping_node_is_not_picked_but_serves(node: NodePlan, process: subprocess.Popen[bytes]) -> None:
    """Until it has drained, which a second signal cuts short."""
    await until_status(node, 200)
    async with socket(node.ws.port) as user:
        process.send_signal(signal.SIGTERM)
        await until_status(node, 503)
        assert await user.ask("node") == str(node.name)
        process.send_signal(signal.SIGTERM)
        assert await user.listen() == [(1001, "the node is stopping")]
    assert await asyncio.to_thread(process.wait, 30) == 0


async def until_status(node: NodePlan, status: int) -> None:
    """Asks who it is until it answers with that."""
    async with asyncio.timeout(START_SECONDS):
        while not (await answer(node)).startswith(b"HTTP/1.1 %d " % status):
            await asyncio.sleep(0.01)


async def answer(node: NodePlan) -> bytes:
    """Empty while nobody listens."""
    try:
        reader, writer = await asyncio.open_connection(node.http.host, node.http.port)
    except OSError:
        return b""
    writer.write(b"POST /node HTTP/1.1\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}")
    try:
        return await reader.read()
    finally:
        writer.close()
