"""A machine that has no process and no thread left to give: what needs one is busy, and nothing else suffers."""

import asyncio
import os
import resource
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from erlang_docker import Client
from erlang_docker.local.plan import Plan
from faults.disks import run
from faults.processes import NodeProcess, running
from harness import COOKIE, FAR_SECONDS, Socket, node, services, socket

# The limit is one of a user, and does not bind root; the files that this user has to read may be root's alone.
STRANGER = ("setpriv", "--reuid=64123", "--regid=64123", "--clear-groups") if os.geteuid() == 0 else ()
READER = (*STRANGER, "--inh-caps=+dac_override", "--ambient-caps=+dac_override") if STRANGER else ()
BUSY = "{error,busy}"

pytestmark = pytest.mark.tools("setpriv", "prlimit")


def allow(of: NodeProcess, processes: int) -> None:
    """So many, threads too; those that run are not ended, however many there are."""
    count = "unlimited" if processes == resource.RLIM_INFINITY else processes
    run(*STRANGER, "prlimit", "--pid", str(of.process.pid), f"--nproc={count}:")


@pytest.fixture
async def worker(
    tmp_path: Path, base: int, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[tuple[NodeProcess, Socket]]:
    """A node with functions that need processes, and one of the other kind for it to call."""
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent))
    plan = Plan(tmp_path / "a", base, {"a": "working", "b": "node_b"})
    plan.prepare()
    plan.cookie_file.write_bytes(COOKIE)
    async with (
        services() as among,
        node("b", tmp_path, among),
        running(plan, READER, B_SERVICE_DOMAIN=str(among.addresses["b"])) as started,
    ):
        yield started


async def serves(of: NodeProcess, user: Socket) -> None:
    """Everything that needs no worker, on old connections and on new ones."""
    assert await user.ask("mfa lists:seq(1,3)") == "[1,2,3]"
    assert await user.ask("mfa store:put(k,1)") == "ok"
    assert (await user.ask("rpc erlang:node()")).startswith("'erlang-docker-b@")
    async with socket(of.plan.ws.port) as newcomer, Client(str(of.plan.grpc)) as client:
        assert await newcomer.ask("mfa lists:seq(1,3)") == "[1,2,3]"
        assert set(await asyncio.gather(*(client.run("mfa lists:seq(1,3)") for _ in range(100)))) == {"[1,2,3]"}


@pytest.mark.promise(
    "no process can be made for a function that needs one",
    "{error,busy} at once, the reason in the log; all else is answered; it runs as soon as there is one",
)
async def test_a_worker_that_cannot_be_started(worker: tuple[NodeProcess, Socket]) -> None:
    """Asked more often than the log says the same."""
    started, user = worker
    allow(started, 1)
    assert {await user.ask("mfa work:pid()") for _ in range(30)} == {BUSY}
    await serves(started, user)
    assert "unavailable" in started.lines("no worker process can be started")[0]["reason"]
    allow(started, resource.getrlimit(resource.RLIMIT_NPROC)[1])
    assert int(await user.ask("mfa work:pid()")) != started.process.pid
    await started.stop()


@pytest.mark.promise(
    "no process can be made in place of a worker that was killed", "{error,busy}; all else is answered, and it stops"
)
async def test_a_worker_that_cannot_be_replaced(worker: tuple[NodeProcess, Socket]) -> None:
    started, user = worker
    assert int(await user.ask("mfa work:pid()")) != started.process.pid
    allow(started, 1)
    assert (await user.ask("mfa work:burn()")).startswith("{error,timeout")
    async with asyncio.timeout(FAR_SECONDS):
        while await user.ask("mfa work:pid()") != BUSY:
            await asyncio.sleep(0.02)
    await serves(started, user)
    await started.stop()
