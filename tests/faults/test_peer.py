"""Nodes of the other kind that are killed, frozen and stopped while calls are on their way to them.

No call runs twice unless its function is idempotent, every answer is right, and what is idempotent is answered.
FAULT_ROUNDS says how many faults of each kind are made.
"""

import asyncio
import os
import random
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from erlang_docker.local.cluster import Cluster, run_cluster
from erlang_docker.local.plan import Plan
from erlang_docker.local.running_node import RunningNode
from faults.outcomes import Outcomes, called
from ports import free_ports
from promises import Report

ROUNDS = int(os.environ.get("FAULT_ROUNDS", "3"))
WORKERS = 8

Fault = Callable[[RunningNode], Awaitable[None]]


@pytest.fixture(scope="module")
async def counting(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Cluster]:
    with free_ports() as base, pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(Path(__file__).parent))
        patch.setenv("COUNTING_DIR", str(tmp_path_factory.mktemp("marks")))
        plan = Plan(tmp_path_factory.mktemp("counting"), base, {"a": "node_a", "b": "counting"})
        async with run_cluster(plan, print) as cluster:
            await cluster.wait_ready()
            yield cluster


async def kill(node: RunningNode) -> None:
    """It is started again by its keeper, at once, however often it is killed."""
    assert node.process is not None
    node.ready.clear()
    node.now.set()
    node.process.kill()
    await node.ready.wait()


async def stop(node: RunningNode) -> None:
    """It says goodbye first."""
    assert node.process is not None
    node.ready.clear()
    node.now.set()
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
    targets = [str(node.grpc) for node in cluster.plan.nodes[:3]]
    victims = [node for node in cluster.nodes if node.plan.name.kind == "b"]
    async with called(function, targets, WORKERS) as outcomes:
        for number in range(ROUNDS):
            await asyncio.sleep(random.uniform(0.2, 0.4))
            await fault(victims[number % 3])
    return outcomes


@pytest.mark.parametrize("fault", [kill, stop, freeze])
@pytest.mark.timeout(60 + 10 * ROUNDS)
async def test_a_call_runs_at_most_once(fault: Fault, counting: Cluster, report: Report) -> None:
    outcomes = await under_load(counting, "count:once", fault)
    await asyncio.sleep(0.1)  # what was still running has left its mark
    measured = f"{ROUNDS} times: {outcomes.counts()}"
    report.row(f"{fault.__name__} a node under calls that may run once", "no call runs twice", measured)
    outcomes.hold_for_once()
    assert len(outcomes.answered) > 20 * ROUNDS


@pytest.mark.parametrize("fault", [kill, stop, freeze])
@pytest.mark.timeout(60 + 10 * ROUNDS)
async def test_what_is_idempotent_is_answered(fault: Fault, counting: Cluster, report: Report) -> None:
    outcomes = await under_load(counting, "count:often", fault)
    measured = f"{ROUNDS} times: {outcomes.times()}"
    report.row(f"{fault.__name__} a node under idempotent calls", "all are answered by their deadline", measured)
    outcomes.hold_for_idempotent()
