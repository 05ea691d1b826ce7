"""A cluster in trouble.

Every test makes its fault under 100 `rpc` a second from 20 sockets. Half of them ask for a node's name, half for a
value that differs from call to call; both are idempotent. Bounds leave room for a busy machine; what was measured goes
to the report.
"""

import asyncio
import os
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack
from datetime import datetime
from functools import partial
from typing import Any

import aiohttp
import pytest

from e2e.kubernetes import Doors, Release, restricted_namespace
from e2e.load import load
from e2e.machines import are_containers, cut, frozen, is_ready, machines, vanished
from e2e.watching import SOON, START_SECONDS, first_of, logged, longest_gap, reached, replaced, route, until
from promises import Report

DNS_SECONDS = float(os.environ.get("E2E_DNS_SECONDS", "60"))
CUT_SECONDS = 30.0
SLACK_SECONDS = 3.0
"""What a busy machine and kubectl may add to what was promised."""

pytestmark = pytest.mark.timeout(600 + DNS_SECONDS)


@pytest.fixture(scope="module")
def release(tags: tuple[str, str]) -> Iterator[Release]:
    """A release of its own, whose logs hold these faults and nothing else, beside any other's NodePorts."""
    if not are_containers():
        pytest.skip("the machines of this cluster are not containers of this Docker")
    with restricted_namespace("erlang-e2e-faults") as namespace:
        installed = Release("erlang-docker", namespace)
        installed.upgrade(tags[0], {"nodes": {"a": {"service": {"nodePorts": dict.fromkeys(("http", "ws", "grpc"))}}}})
        yield installed
        installed.uninstall()


@pytest.fixture(scope="module")
async def doors(release: Release) -> Doors:
    """Once they lead to every node: a machine learns of a pod a little after it is ready."""
    found = release.doors()
    picked: set[str] = set()
    async with (
        asyncio.timeout(SOON),
        aiohttp.ClientSession(connector=aiohttp.TCPConnector(force_close=True)) as session,
    ):
        while picked != release.names("a"):
            async with session.post(f"http://{found.http}/node", data=b"{}") as answer:
                picked.add((await answer.json())["data"]["node"])
    return found


class Faults:
    """The faults of one test; they end at the latest with it."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack

    async def make(self, fault: AbstractContextManager[None]) -> float:
        """When it was complete."""
        await asyncio.to_thread(self._stack.enter_context, fault)
        return time.monotonic()

    async def end(self) -> float:
        """When the last was undone."""
        await asyncio.to_thread(self._stack.close)
        return time.monotonic()


@pytest.fixture
def faults(release: Release) -> Iterator[Faults]:
    with ExitStack() as stack:
        yield Faults(stack)
    release.wait_ready()


async def test_the_dns_is_silent_and_a_pod_is_replaced_meanwhile(
    release: Release, doors: Doors, faults: Faults, report: Report
) -> None:
    victim = release.pods("b")[release.pod("b", 1)]
    async with load(doors) as seen:
        begun = await faults.make(frozen("coredns"))
        await logged(release, "service name does not resolve, its last address is used")
        await asyncio.to_thread(release.kubectl, "delete", "pod", victim.name, "--wait=false")
        delay = await replaced(release, victim, seen)
        node = release.node(victim.name)
        callers = [release.pod("a", ordinal) for ordinal in range(3)]
        routes = [await until(partial(route, release, pod, node), f"{pod} calls {node}") for pod in callers]
        await asyncio.sleep(max(0.0, begun + DNS_SECONDS - time.monotonic()))
        ended = await faults.end()
        await logged(release, "service name resolves again")
        told = time.monotonic() - ended
    report.row(
        f"the cluster's DNS is silent for {DNS_SECONDS:.0f} s",
        "no call fails; the log says when it is away and when it is back",
        f"{seen}; logged on every node {told:.0f} s after its return",
    )
    report.row(
        "a pod is replaced while the DNS is silent",
        "called within 1 s of being ready, at the address in its pick",
        f"after {delay:.1f} s, by {', '.join(sorted(set(routes)))}",
    )
    assert (seen.failed, seen.wrong) == ([], []), "no call fails while the DNS is silent"
    assert seen.calls > 20 * DNS_SECONDS
    assert routes == ["address"] * 3, "a name that does not resolve is passed over"
    assert delay < 1 + SLACK_SECONDS, "a pod is called within 1 s of being ready"


@pytest.fixture
def victim(release: Release) -> str:
    """A machine with some nodes of kind b, neither all nor those that bring the load in."""
    first, *others = machines()
    for machine in others:
        held = [[pod.machine == machine for pod in release.pods(kind).values()] for kind in ("a", "b")]
        if any(held[1]) and not any(map(all, held)):
            return machine
    raise AssertionError(f"no machine but {first} holds some nodes of kind b")


async def test_a_machine_vanishes(release: Release, doors: Doors, victim: str, faults: Faults, report: Report) -> None:
    held = {pod.name: pod for kind in "ab" for pod in release.pods(kind).values() if pod.machine == victim}
    lost = [release.node(pod) for pod in held if pod in release.pods("b")]
    async with load(doors, release.names("a") - {release.node(pod) for pod in held}) as seen:
        await until(lambda: set(seen.answered) == release.names("b"), "all nodes are called")
        begun = await faults.make(vanished(victim))
        await until(lambda: not is_ready(victim), "Kubernetes sees that it is gone", START_SECONDS)
        gap = longest_gap(seen, begun)
        started = await faults.end()

        def back() -> bool:
            """A pod whose machine has just started looks ready until its containers are seen to be gone."""
            pods = {**release.pods("a"), **release.pods("b")}
            return all(pods[name].ready and pods[name].restarts > old.restarts for name, old in held.items())

        await until(back, "its pods are ready again", START_SECONDS)
        ready = time.monotonic()
        delay = max([await reached(seen, node, started) for node in lost]) - ready
    report.row(
        "a machine vanishes without a goodbye, and comes back",
        "0 wrong; other nodes answer within 1.5 s; an idempotent call that was there is made again within 3 s",
        f"{seen}; longest time without an answer {gap:.2f} s; called again {max(0.0, delay):.1f} s after ready",
    )
    assert seen.wrong == []
    assert len(seen.failed) <= seen.calls * 0.002, "idempotent calls are made again on other nodes"
    assert gap < 1.5 + SLACK_SECONDS, "other nodes go on"
    assert max(seen.seconds + seen.failed_seconds) < 3 + SLACK_SECONDS, "a silent link is given up"
    assert delay < 1 + SLACK_SECONDS, "a node is called within 1 s of being ready"


async def test_a_machine_is_cut_off(
    release: Release, doors: Doors, victim: str, faults: Faults, report: Report
) -> None:
    held = {pod.name: pod for kind in "ab" for pod in release.pods(kind).values() if pod.machine == victim}
    lost = [release.node(pod) for pod in held if pod in release.pods("b")]
    async with load(doors, release.names("a") - {release.node(pod) for pod in held}) as seen:
        await until(lambda: set(seen.answered) == release.names("b"), "all nodes are called")
        begun = await faults.make(cut(victim))
        await asyncio.sleep(CUT_SECONDS)
        gap = longest_gap(seen, begun)
        healed = await faults.end()
        back = max([await reached(seen, node, healed) for node in lost]) - healed
    report.row(
        f"a machine is cut off for {CUT_SECONDS:.0f} s",
        "no idempotent call of the other nodes fails; other nodes answer within 1.5 s",
        f"{seen}; longest time without an answer {gap:.2f} s; called again {back:.1f} s after",
    )
    assert (seen.failed, seen.wrong) == ([], []), "calls are made again on other nodes"
    assert gap < 1.5 + SLACK_SECONDS, "other nodes go on"
    assert max(seen.seconds) < 3 + SLACK_SECONDS, "a silent link is given up"


async def test_all_nodes_of_the_other_kind_are_away(release: Release, doors: Doors, report: Report) -> None:
    before = release.pods("a")
    replicas = f"statefulset/{release.prefix}-b-sfs"
    begun = time.time()
    async with load(doors) as seen:
        await asyncio.to_thread(release.kubectl, "scale", replicas, "--replicas=0")
        try:
            await until(lambda: not release.pods("b"), "all are away", START_SECONDS)
            gone, failed = time.monotonic(), len(seen.failed_seconds)
            await until(lambda: len(seen.failed_seconds) > failed + 100, "calls fail")
            during = seen.failed_seconds[failed:]
        finally:
            await asyncio.to_thread(release.kubectl, "scale", replicas, "--replicas=3")
        await until(lambda: any(pod.ready for pod in release.pods("b").values()), "one is back", START_SECONDS)
        ready = time.monotonic()
        delay = await until(lambda: first_of(seen, release.names("b"), gone), "it is called") - ready
        await asyncio.to_thread(release.wait_ready)
        for node in release.names("b"):
            await reached(seen, node, gone)
        after = release.pods("a")
    report.row(
        "all nodes of the other kind are away",
        "`{badrpc,nodedown}` within 1.6 s; this kind stays ready; the first that is back is called within 1 s",
        f"{len(during)} calls after {min(during):.2f} to {max(during):.2f} s; called after {max(0.0, delay):.1f} s",
    )
    assert (set(seen.failed), seen.wrong) == ({"{badrpc,nodedown}"}, [])
    assert max(seen.failed_seconds) < 1.6 + SLACK_SECONDS, "a call gives up after 1.5 s"
    assert after == before, "nodes of the other kind are nothing that readiness depends on"
    assert delay < 1 + SLACK_SECONDS, "the first node that is ready is called within 1 s"

    def said(line: dict[str, Any]) -> float:
        return datetime.fromisoformat(line["time"]).timestamp()

    for pod in after:
        told = [(line["message"], line.get("reason")) for line in release.log(pod) if said(line) > begun]
        assert any(message == "link closed" and reason for message, reason in told)
        assert ("call tried again", "NotPicked") in told
        assert {"link opened", "call given up"} <= {message for message, _ in told}
        assert sum(message.startswith("call ") for message, _ in told) < 5 * (time.time() - begun), "not a line a call"


async def test_pods_are_deleted_by_force(release: Release, doors: Doors, report: Report) -> None:
    delays, pods = [], list(release.pods("b").values())
    async with load(doors) as seen:
        for pod in pods:
            await asyncio.to_thread(release.kubectl, "delete", "pod", pod.name, "--force", "--grace-period=0")
            delays.append(await replaced(release, pod, seen))
    report.row(
        "pods are deleted by force, one after the other",
        "no idempotent call fails; each is called within 1 s of being ready",
        f"{seen}; called after {max(delays):.1f} s at most",
    )
    assert (seen.failed, seen.wrong) == ([], [])
    assert max(delays) < 1 + SLACK_SECONDS


def test_no_node_has_logged_an_error(release: Release) -> None:
    """After all this, in the containers before a restart too."""
    for kind in "ab":
        for pod in release.pods(kind).values():
            lines = release.log(pod.name) + (release.log(pod.name, previous=True) if pod.restarts else [])
            assert [line for line in lines if line["level"] in ("ERROR", "CRITICAL")] == []
            assert lines
