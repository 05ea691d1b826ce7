"""Fixtures: a pair of nodes in this process, and a cluster of six processes; each made once."""

from collections.abc import AsyncIterator, Iterator

import pytest
from hypothesis import HealthCheck, settings

from erlang_docker.local.cluster import Cluster, run_cluster
from erlang_docker.local.plan import Plan
from harness import Pair, two_nodes
from ports import free_ports

pytest_plugins = ["promises", "locked"]

# The same examples each time, so that no change is refused for what another one did, and no bound of time, as a machine
# may stand still. scripts/fuzz.sh and scripts/fuzz_terms.py look further.
settings.register_profile("same", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("same")


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
