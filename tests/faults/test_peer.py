"""Nodes of the other kind that are killed, frozen and stopped while calls are on their way to them.

No call runs twice unless its function is idempotent, every answer is right, and what is idempotent is answered.
FAULT_ROUNDS says how many faults of each kind are made.
"""

import asyncio
import os
import random
import signal
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from erlang_docker import Busy, CallTimeout, Client, NodeDown, NotSent
from erlang_docker.local.cluster import Cluster, RunningNode, run_cluster
from erlang_docker.local.plan import Plan
from ports import free_ports
from promises import Report

ROUNDS = int(os.environ.get("FAULT_ROUNDS", "3"))
WORKERS = 8

Fault = Callable[[RunningNode], Awaitable[None]]


@dataclass
class Outcomes:
    """Tokens by what their callers were told, and how long each call took, in seconds."""

    answered: list[str] = field(default_factory=list)
    not_run: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    async def call(self, client: Client, function: str, token: str) -> None:
        begun = time.monotonic()
        try:
            assert await client.rpc(function, token, random.randint(0, 40), returns=str) == token
            self.answered.append(token)
        except (NotSent, Busy):
            self.not_run.append(token)
        except (NodeDown, CallTimeout):
            self.unknown.append(token)
        self.seconds.append(time.monotonic() - begun)


@pytest.fixture(scope="module")
async def counting(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Cluster]:
    with free_ports() as base, pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(Path(__file__).parent))
        patch.setenv("COUNTING_DIR", str(tmp_path_factory.mktemp("marks")))
        plan = Plan(tmp_path_factory.mktemp("counting"), base, {"a": "node_a", "b": "counting"})
        async with run_cluster(plan, print) as cluster:
            await cluster.wait_ready()
            yield cluster


def runs() -> Counter[str]:
    """How often each token's function has run, on all nodes together."""
    files = Path(os.environ["COUNTING_DIR"]).iterdir()
    return Counter(line for file in files for line in file.read_text().splitlines())


async def kill(node: RunningNode) -> None:
    """It is started again by its keeper."""
    assert node.process is not None
    node.ready.clear()
    node.process.kill()
    await node.ready.wait()


async def stop(node: RunningNode) -> None:
    """It says goodbye first."""
    assert node.process is not None
    node.ready.clear()
    node.process.terminate()
    await node.ready.wait()


async def freeze(node: RunningNode) -> None:
    """Its port stays open, and the kernel takes what is sent there."""
    assert node.process is not None
    os.kill(node.process.pid, signal.SIGSTOP)
    await asyncio.sleep(3.5)
    os.kill(node.process.pid, signal.SIGCONT)


async def under_load(cluster: Cluster, function: str, fault: Fault) -> Outcomes:
    """Calls from several workers while one node after the other meets the fault."""
    outcomes, stopping, begun = Outcomes(), asyncio.Event(), time.monotonic_ns()

    async def work(worker: int) -> None:
        async with Client(str(cluster.plan.nodes[worker % 3].grpc)) as client:
            number = 0
            while not stopping.is_set():
                number += 1
                await outcomes.call(client, function, f"{begun}-{worker}-{number}")

    workers = [asyncio.create_task(work(worker)) for worker in range(WORKERS)]
    victims = [node for node in cluster.nodes if node.plan.name.kind == "b"]
    for number in range(ROUNDS):
        await asyncio.sleep(random.uniform(0.2, 0.4))
        await fault(victims[number % 3])
    stopping.set()
    await asyncio.gather(*workers)
    return outcomes


@pytest.mark.parametrize("fault", [kill, stop, freeze])
@pytest.mark.timeout(60 + 10 * ROUNDS)
async def test_a_call_runs_at_most_once(fault: Fault, counting: Cluster, report: Report) -> None:
    outcomes = await under_load(counting, "count:once", fault)
    await asyncio.sleep(0.1)  # what was still running has left its mark
    ran = runs()
    twice = sum(ran[token] > 1 for token in (*outcomes.answered, *outcomes.unknown))
    measured = f"{ROUNDS} times: {len(outcomes.answered)} answered, {len(outcomes.unknown)} unknown, {twice} run twice"
    report.row(f"{fault.__name__} a node under calls that may run once", "no call runs twice", measured)
    assert [token for token in outcomes.answered if ran[token] != 1] == []
    assert [token for token in outcomes.not_run if ran[token]] == []
    assert [token for token in outcomes.unknown if ran[token] > 1] == []
    assert len(outcomes.answered) > 20 * ROUNDS


@pytest.mark.parametrize("fault", [kill, stop, freeze])
@pytest.mark.timeout(60 + 10 * ROUNDS)
async def test_what_is_idempotent_is_answered(fault: Fault, counting: Cluster, report: Report) -> None:
    outcomes = await under_load(counting, "count:often", fault)
    failed = len(outcomes.not_run) + len(outcomes.unknown)
    p99 = sorted(outcomes.seconds)[int(len(outcomes.seconds) * 0.99)]
    slow = f"p99 {p99:.2f} s, slowest {max(outcomes.seconds):.2f} s"
    measured = f"{ROUNDS} times: {len(outcomes.answered)} answered, {failed} failed, {slow}"
    report.row(f"{fault.__name__} a node under idempotent calls", "all are answered by their deadline", measured)
    assert (outcomes.not_run, outcomes.unknown) == ([], [])
    assert max(outcomes.seconds) < 5
