"""What was acknowledged is there, whatever becomes of the process, of the machine's power, and of the log's end."""

import asyncio
import os
import random
import shutil
import signal
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import aiohttp
import pytest

from erlang_docker.local.plan import Plan
from erlang_docker.names import NodeName
from erlang_docker.storage.database import open_database
from faults.disks import ext4
from faults.processes import NodeProcess, running
from harness import socket
from promises import Report

WRITERS = 8
KILLS = int(os.environ.get("FAULT_KILLS", "2"))
POWER_CUTS = int(os.environ.get("FAULT_POWER_CUTS", "1"))
LOAD_SECONDS = 0.3
FIRST_SECONDS = 30
"""Until each writer has been answered once."""
WAL_HEADER, FRAME_HEADER, PAGE = 32, 24, 4096

Kept = dict[int, int]


async def write(node: NodeProcess, key: int, kept: Kept, asked: Kept) -> None:
    """Rising numbers under one key, until the node is gone."""
    with suppress(aiohttp.ClientError, TypeError, RuntimeError, ConnectionError):
        async with socket(node.plan.ws.port) as user:
            while True:
                number = asked[key] = asked.get(key, 0) + 1
                if await user.ask(f"mfa store:put({key},{number})") == "ok":
                    kept[key] = number


@asynccontextmanager
async def load(node: NodeProcess, kept: Kept, asked: Kept) -> AsyncIterator[None]:
    """Writers that have been at it for a while when the context begins; they have noticed its end when it ends."""
    writers = [asyncio.create_task(write(node, key, kept, asked)) for key in range(WRITERS)]
    async with asyncio.timeout(FIRST_SECONDS):
        while len(kept) < WRITERS:
            await asyncio.sleep(0.01)
    await asyncio.sleep(LOAD_SECONDS * (0.5 + random.random()))
    yield
    await asyncio.gather(*writers)


async def nothing_is_lost(plan: Plan, kept: Kept, asked: Kept) -> None:
    """Of each key the last number that was acknowledged, or one that was asked for later."""
    async with running(plan) as (node, user):
        for key, number in kept.items():
            found = int((await user.ask(f"mfa store:get({key})")).removeprefix("{ok,").removesuffix("}"))
            assert number <= found <= asked[key]
        await node.kill()


async def test_kill_9_while_it_writes(plan: Plan, report: Report) -> None:
    kept: Kept = {}
    asked: Kept = {}
    for _ in range(KILLS):
        async with running(plan) as (node, _), load(node, kept, asked):
            await node.kill()
        await nothing_is_lost(plan, kept, asked)
    report.row(
        "kill -9 under writes", "0 acknowledged writes lost", f"{KILLS} kills, {sum(kept.values())} writes, 0 lost"
    )
    assert sum(kept.values()) > 10 * KILLS


@pytest.mark.root
@pytest.mark.promise("power cut under writes", "0 acknowledged writes lost")
async def test_the_power_is_cut_while_it_writes(tmp_path: Path, base: int) -> None:
    """The disk as it is at one moment, without what the kernel had not written to it yet, in another machine."""
    cut = tmp_path / "cut"
    for _ in range(POWER_CUTS):
        plan = Plan(tmp_path / "cluster", base)
        plan.prepare()
        kept: Kept = {}
        asked: Kept = {}
        with ext4(plan.nodes[0].data_dir, tmp_path / "image", "32M"):
            async with running(plan) as (node, _), load(node, kept, asked):
                node.process.send_signal(signal.SIGSTOP)
                shutil.copyfile(tmp_path / "image", cut)
                acknowledged = kept.copy()
                await node.kill()
        assert len(acknowledged) == WRITERS
        with ext4(plan.nodes[0].data_dir, cut):
            await nothing_is_lost(plan, acknowledged, asked)


def commits(log: bytes) -> list[int]:
    """Where in SQLite's log each commit ends."""
    salt = log[16:24]
    ends: list[int] = []
    for start in range(WAL_HEADER, len(log) - FRAME_HEADER - PAGE + 1, FRAME_HEADER + PAGE):
        _, pages = struct.unpack(">II", log[start : start + 8])
        if log[start + 8 : start + 16] != salt:
            break
        if pages:
            ends.append(start + FRAME_HEADER + PAGE)
    return ends


@pytest.mark.parametrize("how", ["cut off", "garbled"])
@pytest.mark.promise("the end of SQLite's log cut off or garbled", "all that was committed before it is there")
def test_the_end_of_the_log_is_torn(how: str, tmp_path: Path) -> None:
    """All that was committed before the tear is there, and nothing after it."""
    name = NodeName("a", "a-0.localhost")
    whole = tmp_path / "whole"
    with open_database(whole, name, "c") as database:
        for number in range(50):
            database.connection.execute("INSERT INTO entries VALUES (?, ?, ?)", (f"{number:02}", b"", b"v" * 3000))
        # As a kill would leave it.
        shutil.copytree(whole, tmp_path / "killed")
    log = (tmp_path / "killed/state.db-wal").read_bytes()
    ends = commits(log)
    for cut in random.sample(range(ends[0], ends[-1] + 1), 20):
        torn = tmp_path / f"{cut}"
        shutil.copytree(tmp_path / "killed", torn)
        rest = b"" if how == "cut off" else bytes(byte ^ 0x55 for byte in log[cut : ends[-1]])
        (torn / "state.db-wal").write_bytes(log[:cut] + rest)
        with open_database(torn, name, "c") as database:
            (count,) = database.connection.execute("SELECT count(*) FROM entries").fetchone()
            # The first commits are those of the start.
            assert count == max(0, 50 - sum(end > cut for end in ends))


@pytest.mark.long
@pytest.mark.promise("kill -9 while the log starts over", "0 acknowledged writes lost")
async def test_kill_9_while_the_log_starts_anew(tmp_path: Path, base: int) -> None:
    """With so little room for the log that it does all the time."""
    plan = Plan(tmp_path / "cluster", base)
    plan.prepare()
    kept: Kept = {}
    asked: Kept = {}
    for _ in range(KILLS):
        async with running(plan, STORE_RESERVE_BYTES="40000") as (node, _), load(node, kept, asked):
            await node.kill()
        await nothing_is_lost(plan, kept, asked)
