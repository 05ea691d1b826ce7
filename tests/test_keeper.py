"""A cluster on one machine keeps its nodes running, whatever becomes of their processes; and its cookie whole."""

import asyncio
from pathlib import Path

import pytest

from erlang_docker.local.cluster import Cluster
from erlang_docker.local.plan import Plan
from erlang_docker.peers.resolve import Resolver

START_SECONDS = 20.0


async def first_report(cluster: Cluster, reports: "asyncio.Queue[str]", monkeypatch: pytest.MonkeyPatch) -> str:
    """What is said first of a node that cannot run, which then can, and does."""
    node = cluster.nodes[0]
    keeper = asyncio.create_task(cluster.keep_running(node))
    try:
        async with asyncio.timeout(START_SECONDS):
            said = await reports.get()
            monkeypatch.delenv("LOG_LEVEL")
            await node.ready.wait()
            return said
    finally:
        keeper.cancel()
        await asyncio.gather(keeper, return_exceptions=True)


@pytest.mark.parametrize(
    ("level_bytes", "start"),
    [
        # The node repeats it in one line, longer than the streams of asyncio take.
        (100_000, "a-0: erlang-docker-a: LOG_LEVEL: not a level: 'XXX"),
        # No process can be given so long a variable.
        (200_000, "a-0 is started again: OSError("),
    ],
)
async def test_a_node_is_started_until_it_runs(
    level_bytes: int, start: str, tmp_path: Path, base: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = Plan(tmp_path, base)
    plan.prepare()
    reports = asyncio.Queue[str]()
    monkeypatch.setenv("LOG_LEVEL", "x" * level_bytes)
    said = await first_report(Cluster(plan, reports.put_nowait, Resolver(1)), reports, monkeypatch)
    assert said.startswith(start)


def test_a_cookie_is_made_whole_and_once(tmp_path: Path, base: int) -> None:
    plan = Plan(tmp_path, base)
    # As a process leaves it that was killed meanwhile.
    (tmp_path / "cookie.new").touch(mode=0o600)
    plan.prepare()
    cookie = plan.cookie_file.read_text()
    assert len(bytes.fromhex(cookie)) == 32
    assert plan.cookie_file.stat().st_mode & 0o777 == 0o600
    plan.prepare()
    assert (plan.cookie_file.read_text(), [path.name for path in tmp_path.iterdir()]) == (cookie, ["cookie"])
