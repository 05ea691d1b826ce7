"""Fixtures: a pair of nodes in this process, and a cluster of six processes; each made once."""

from collections.abc import AsyncIterator, Iterator

import pytest

from erlang_docker.local.cluster import Cluster, run_cluster
from erlang_docker.local.plan import Plan
from harness import Pair, two_nodes
from ports import free_ports

pytest_plugins = ["promises", "locked"]


@pytest.fixture
def base() -> Iterator[int]:
    """The first of 200 free ports."""
    with free_ports() as first:
        yield first


@pytest.fixture(scope="session")
async def pair(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Pair]:
    """A node of each kind, in this process, on free ports."""
    async with two_nodes(tmp_path_factory.mktemp("pair")) as nodes:
        yield nodes


@pytest.fixture(scope="session")
async def cluster(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Cluster]:
    """Three processes of each kind, as `make run` starts them."""
    with free_ports() as first:
        plan = Plan(tmp_path_factory.mktemp("cluster"), first, fault_switches=True)
        async with run_cluster(plan, print) as running:
            await running.wait_ready()
            yield running
