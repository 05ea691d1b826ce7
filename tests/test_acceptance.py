"""The checks of a running cluster, against two nodes in this process: they pass, and each fault is found."""

import asyncio
import re
from dataclasses import replace
from pathlib import Path

import pytest
import trustme

from certificates import issue, names
from erlang_docker.acceptance.__main__ import run
from erlang_docker.acceptance.checks import CHECKS, Cluster
from erlang_docker.acceptance.endpoints import Endpoints
from erlang_docker.addresses import Address
from erlang_docker.local.balancer import serve_balancer
from erlang_docker.names import NodeName
from harness import LOOPBACK, Pair, services
from test_tls import tls_node


def cluster_of(pair: Pair) -> Cluster:
    http, grpc_port = str(pair.services.addresses["a"]), pair.a.grpcs_port or pair.a.grpc_port
    endpoints = Endpoints(http, f"{LOOPBACK}:{pair.a.ws_port}", f"{LOOPBACK}:{grpc_port}")
    return Cluster(endpoints, (pair.a.identity.name, pair.b.identity.name), "a", None)


@pytest.fixture
def cluster(pair: Pair) -> Cluster:
    return cluster_of(pair)


async def verdicts(
    cluster: Cluster, capsys: pytest.CaptureFixture[str], patience: float = 0.0
) -> tuple[bool, set[str]]:
    """Whether all passed, and the names of those that failed."""
    kept = await run(cluster, patience)
    lines = capsys.readouterr().out
    assert len(re.findall(r"^(?:ok|FAIL) ", lines, re.MULTILINE)) == len(CHECKS)
    return kept, set(re.findall(r"^FAIL (\w+)", lines, re.MULTILINE))


async def test_all_is_well(cluster: Cluster, capsys: pytest.CaptureFixture[str]) -> None:
    assert await verdicts(cluster, capsys) == (True, set())


async def test_a_node_that_nobody_reaches(cluster: Cluster, capsys: pytest.CaptureFixture[str]) -> None:
    missing = NodeName("b", "erlang-docker-b-sfs-1.localhost")
    found = await verdicts(replace(cluster, nodes=(*cluster.nodes, missing)), capsys)
    assert found == (False, {"calls", "volumes"})


async def test_a_name_that_leads_nowhere(cluster: Cluster, capsys: pytest.CaptureFixture[str]) -> None:
    missing = NodeName("a", "erlang-docker-a-sfs-1.invalid")
    found = await verdicts(replace(cluster, nodes=(*cluster.nodes, missing)), capsys)
    assert found == (False, {"names", "spread", "calls_back", "volumes"})


async def test_doors_of_the_other_kind(cluster: Cluster, capsys: pytest.CaptureFixture[str]) -> None:
    found = await verdicts(replace(cluster, kind="b"), capsys)
    assert found == (False, {"spread", "socket", "calls", "calls_back"})


async def test_nobody_there(cluster: Cluster, capsys: pytest.CaptureFixture[str]) -> None:
    closed = Endpoints(f"{LOOPBACK}:1", f"{LOOPBACK}:1", f"{LOOPBACK}:1")
    found = await verdicts(replace(cluster, endpoints=closed), capsys)
    assert found == (False, {check.__name__ for check in CHECKS} - {"names"})


async def test_one_that_is_let_in_a_moment_later(
    pair: Pair, cluster: Cluster, capsys: pytest.CaptureFixture[str]
) -> None:
    """As a new pod is where a NetworkPolicy stands before the nodes."""
    open_to: list[Address] = []
    async with serve_balancer(open_to.copy, Address(LOOPBACK, 0)) as port:
        late = replace(cluster, endpoints=replace(cluster.endpoints, http=f"{LOOPBACK}:{port}"))
        asyncio.get_running_loop().call_later(1.0, open_to.append, pair.services.addresses["a"])
        assert await verdicts(late, capsys, patience=30.0) == (True, set())


async def test_a_volume_that_is_not_mounted(cluster: Cluster, capsys: pytest.CaptureFixture[str]) -> None:
    assert await verdicts(replace(cluster, group=10001), capsys) == (False, {"volumes"})


async def test_nodes_that_speak_tls(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    authority = trustme.CA()
    a_tls, b_tls = (issue(authority, *names(kind)) for kind in "ab")
    async with (
        services() as among,
        tls_node("a", tmp_path, among, a_tls) as a,
        tls_node("b", tmp_path, among, b_tls) as b,
    ):
        cluster = cluster_of(Pair(a, b, among))
        assert await verdicts(replace(cluster, tls=a_tls), capsys) == (True, set())
        assert await verdicts(cluster, capsys) == (False, {"health", "volumes"})
