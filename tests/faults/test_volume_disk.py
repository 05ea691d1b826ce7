"""A disk that fails: everybody is told once, the node ends, and what was acknowledged is there when it starts again."""

import asyncio
import logging
import resource
import signal
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from erlang_docker.errors import VolumeError
from erlang_docker.local.plan import Plan
from erlang_docker.metrics.node import Metrics
from erlang_docker.names import NodeName
from erlang_docker.storage.database import open_database
from erlang_docker.storage.store import Store
from faults.disks import ext4, failing, frozen, run
from faults.processes import NodeProcess, running
from harness import FAR_SECONDS, socket
from otp.errors import Failure

SOCKETS = 8
MAY_BE_STARTED_AGAIN = 1


@pytest.fixture
async def volume(plan: Plan, tmp_path: Path) -> AsyncIterator[Path]:
    """A disk that can be broken, under the first node."""
    with ext4(plan.nodes[0].data_dir, tmp_path / "image", "64M") as folder:
        yield folder


async def ends(node: NodeProcess) -> None:
    """With the status that says so, having said so once, and nothing about a bug."""
    assert await node.ended() == MAY_BE_STARTED_AGAIN
    # No crash, and no traceback beside it; a busy machine is slow besides.
    said = [line["message"] for line in node.lines() if line["message"] not in ("event loop held", "slow commit")]
    assert said == ["ready", "the store has failed", "stopping"]
    others = [line for line in node.said().splitlines() if not line.startswith("{")]
    assert len(others) == 1
    assert others[0].startswith("erlang-docker-a: the store has failed: ")


async def puts_fail(node: NodeProcess) -> None:
    """All of those that are on their way when the disk fails: a node that stops takes no more of them."""
    async with AsyncExitStack() as stack:
        users = [await stack.enter_async_context(socket(node.plan.ws.port)) for _ in range(SOCKETS)]
        node.process.send_signal(signal.SIGSTOP)
        for user in users:
            await user.socket.send_str("mfa store:put(lost,1)")
        node.process.send_signal(signal.SIGCONT)
        answers = [await user.socket.receive_str(timeout=FAR_SECONDS) for user in users]
    assert set(answers) == {"{error,eio,[{store,put,[lost,1],[]}]}"}


async def keeps_what_it_had(plan: Plan) -> None:
    async with running(plan) as (_, user):
        assert await user.ask("mfa store:get(kept)") == "{ok,1}"


@pytest.mark.root
@pytest.mark.tools("strace")
@pytest.mark.parametrize(
    ("call", "error"),
    [
        ("fdatasync", "EIO"),
        pytest.param("pwrite64", "EIO", marks=pytest.mark.long),
        pytest.param("fdatasync", "ENOSPC", marks=pytest.mark.long),
    ],
)
@pytest.mark.promise(
    "fsync or write fails with EIO or ENOSPC", "the put fails, the process exits with 1, a clean restart"
)
async def test_a_call_that_fails(plan: Plan, call: str, error: str) -> None:
    async with running(plan) as (node, user):
        assert await user.ask("mfa store:put(kept,1)") == "ok"
        async with failing(node.process.pid, call, error):
            await puts_fail(node)
            await ends(node)
    await keeps_what_it_had(plan)


@pytest.mark.promise("every write fails", "the put fails, the process exits with 1, a clean restart")
async def test_a_write_that_fails(plan: Plan) -> None:
    """Also where nobody is root: a limit on the size of files fails every write, of the log as well."""
    async with running(plan) as (node, user):
        assert await user.ask("mfa store:put(kept,1)") == "ok"
        resource.prlimit(node.process.pid, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
        await puts_fail(node)
        assert await node.ended() == MAY_BE_STARTED_AGAIN
    await keeps_what_it_had(plan)


@pytest.mark.root
@pytest.mark.promise("the disk becomes read-only", "the put fails, the process exits with 1")
async def test_a_disk_that_becomes_read_only(plan: Plan, volume: Path) -> None:
    """As the kernel makes it after errors."""
    async with running(plan) as (node, user):
        assert await user.ask("mfa store:put(kept,1)") == "ok"
        run("mount", "-o", "remount,abort", volume)
        await puts_fail(node)
        await ends(node)


@pytest.mark.root
@pytest.mark.long
@pytest.mark.promise("a disk that hangs", "not ready after 5 s, ready again when it answers")
async def test_a_disk_that_hangs(plan: Plan, volume: Path) -> None:
    """Is not ready after 5 s, refuses what would wait behind it, and is ready again when it answers."""
    async with running(plan) as (node, user):
        with frozen(volume):
            waiting = asyncio.create_task(user.ask("mfa store:put(kept,1)"))
            await asyncio.sleep(2.0)
            assert await node.ready() == 200
            await node.until(503, FAR_SECONDS)
            assert (await waiting).startswith("{error,timeout")
            assert (await user.ask("mfa store:get(kept)")).startswith("{error,busy")  # who waited would have a timeout
            await node.told("the disk does not answer")
        await node.until(200, FAR_SECONDS)
        assert await user.ask("mfa store:put(kept,1)") == "ok"
        async with asyncio.timeout(FAR_SECONDS):  # on a busy disk there may be others
            while not any(line["seconds"] > 2 and line["requests"] == 1 for line in node.lines("slow commit")):
                await asyncio.sleep(0.01)


async def test_whatever_goes_wrong_in_the_thread_ends_the_store(tmp_path: Path) -> None:
    """Each of those who wait gets an exception of its own, at once, and so does who comes later."""
    broken: list[VolumeError] = []
    with open_database(tmp_path, NodeName("a", "a-0.localhost"), "c") as database:
        async with Store(database, Metrics(), logging.getLogger("test"), broken.append) as store:
            # What SQLite's module raises then has no code of SQLite's.
            database.connection.close()
            failures = await asyncio.gather(*(store.put(n, n) for n in range(3)), store.get(1), return_exceptions=True)
            assert [repr(failure) for failure in failures] == ["Failure('error', 'eio')"] * 4
            assert len(set(map(id, failures))) == 4
            assert not store.healthy
            with pytest.raises(Failure, match="eio"):
                await store.size()
    assert len(broken) == 1
