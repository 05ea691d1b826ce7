"""No call fails while pods are replaced: 100 `rpc` and 100 `POST /node` a second meanwhile."""

import asyncio
import sys
from collections.abc import Callable, Iterator

import pytest

from e2e.kubernetes import Doors, Release, kubectl
from e2e.load import Load, load


async def during(work: Callable[[], object], doors: Doors) -> Load:
    async with load(doors) as seen:
        await asyncio.to_thread(work)
    sys.stdout.write(f"{seen}\n")
    return seen


async def test_upgrade_and_rollback(release: Release, doors: Doors, tags: tuple[str, str]) -> None:
    for work in (lambda: release.upgrade(tags[1]), release.rollback):
        seen = await during(work, doors)
        assert (seen.failed, seen.wrong) == ([], [])
        assert set(seen.closes) == {"1001 the node is stopping"}
        assert min(seen.calls, seen.picks) > 1000


@pytest.fixture
def drained() -> Iterator[Callable[[str], None]]:
    machines = []

    def drain(machine: str) -> None:
        machines.append(machine)
        # What is in /tmp goes with its pod.
        options = ("--ignore-daemonsets", "--delete-emptydir-data")
        kubectl("drain", machine, *options, "--pod-selector=app.kubernetes.io/name=erlang-docker")

    yield drain
    for machine in machines:
        kubectl("uncordon", machine)


async def test_drain_of_a_machine(release: Release, doors: Doors, drained: Callable[[str], None]) -> None:
    machine = release.kubectl("get", "pod", release.pod("b", 0), "-o", "jsonpath={.spec.nodeName}")
    seen = await during(lambda: drained(machine), doors)
    assert (seen.failed, seen.wrong) == ([], [])
    kubectl("uncordon", machine)
    await asyncio.to_thread(release.wait_ready)
