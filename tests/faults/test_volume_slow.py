"""A store that takes long to check: its node is alive meanwhile, says how far it is, and stops when it is told to."""

import asyncio
import os
import shutil
import signal
import time
from pathlib import Path

import aiohttp
import pytest

from erlang_docker.local.plan import Plan
from erlang_docker.storage.database import open_database
from faults.processes import NodeProcess, started
from promises import Report

ROWS = 500
DELAY_MICROSECONDS = 3000
SLOW = ("strace", "-f", "-qq", "-o", "/dev/null", "--seccomp-bpf", "-e", "trace=pread64")


@pytest.fixture
def plan(tmp_path: Path, base: int) -> Plan:
    """The first node's store was not closed in order."""
    plan = Plan(tmp_path / "cluster", base)
    plan.prepare()
    whole = tmp_path / "whole"
    with open_database(whole, plan.nodes[0].name, "local") as database:
        rows = ((f"{number}", b"key", bytes(20_000)) for number in range(ROWS))
        database.connection.executemany("INSERT INTO entries VALUES (?, ?, ?)", rows)
        database.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.copytree(whole, plan.nodes[0].data_dir)
    return plan


async def said(node: NodeProcess, path: str) -> tuple[int, str]:
    """Status and text of a page of the admin port; 0 while nobody listens."""
    try:
        async with aiohttp.ClientSession() as session, session.get(f"http://{node.plan.admin}{path}") as answer:
            return answer.status, await answer.text()
    except aiohttp.ClientError:
        return 0, ""


def child_of(pid: int) -> int:
    return int(Path(f"/proc/{pid}/task/{pid}/children").read_text())


async def checking(node: NodeProcess) -> float:
    """Returns once it says so, with the moment."""
    async with asyncio.timeout(60):
        while not (await said(node, "/readyz"))[1].startswith("checking the store: 0.0 of 0.0 GB"):
            await asyncio.sleep(0.05)
    assert await said(node, "/livez") == (200, "ok")
    assert (await said(node, "/readyz"))[0] == 503
    return time.monotonic()


@pytest.mark.root
@pytest.mark.tools("strace")
async def test_a_large_store_on_a_slow_disk(plan: Plan, report: Report) -> None:
    slow = (*SLOW, "-e", f"inject=pread64:delay_enter={DELAY_MICROSECONDS}")
    async with started(plan, None, slow) as node:
        since = await checking(node)
        await node.until(200)
        seconds = time.monotonic() - since
    report.row(
        "a large store on a slow disk, after a kill",
        "alive meanwhile, not ready, and says how far it is",
        f"checked for {seconds:.0f} s",
    )


@pytest.mark.root
@pytest.mark.tools("strace")
async def test_it_is_told_to_stop_meanwhile(plan: Plan) -> None:
    """At once, and the next start checks again."""
    slow = (*SLOW, "-e", "inject=pread64:delay_enter=50000")
    async with started(plan, None, slow) as node:
        await checking(node)
        os.kill(child_of(node.process.pid), signal.SIGTERM)
        assert await node.ended(30) == 0
    async with started(plan) as node:
        await node.until(200)
        assert node.lines("checked the store")
