"""A volume that a node must not use, or cannot: it says why and ends, with a status that says whether to try again."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from erlang_docker.local.plan import Plan
from erlang_docker.names import NodeName
from erlang_docker.storage.database import open_database
from faults.disks import ext4, run
from faults.processes import running, started
from harness import lines_of

MAY_BE_STARTED_AGAIN = 1
NEVER = 78


async def refused(plan: Plan) -> tuple[int, str]:
    """The status of a node that does not start, and the one line that says why."""
    async with started(plan) as node:
        return await node.ended(), node.said()


@pytest.mark.parametrize("schema", ["0", "2"])
@pytest.mark.promise("a store of an older or a newer schema", "refused, exit 78, both named")
async def test_another_schema(schema: str, plan: Plan) -> None:
    folder = plan.nodes[0].data_dir
    with open_database(folder, plan.nodes[0].name, "local"):
        pass
    with closing(sqlite3.connect(folder / "state.db")) as connection, connection:
        connection.execute("UPDATE meta SET value = ? WHERE name = 'schema'", (schema,))
    said = f"erlang-docker-a: the volume belongs to schema {schema}, this is schema 1\n"
    assert await refused(plan) == (NEVER, said)


@pytest.mark.promise("the volume of another node", "refused, exit 78, both named")
async def test_the_volume_of_another_node(plan: Plan) -> None:
    with open_database(plan.nodes[0].data_dir, NodeName("a", "a-7.localhost"), "local"):
        pass
    status, said = await refused(plan)
    assert status == NEVER
    assert f"belongs to node erlang-docker-a@a-7.localhost, this is node {plan.nodes[0].name}" in said


@pytest.mark.promise("a second process on the volume", "refused, the first unharmed")
async def test_two_processes_on_one_volume(plan: Plan) -> None:
    """As when a pod was deleted by force and its process lives on: once that has ended, the second may start."""
    other_ports = Plan(plan.data_dir, plan.base + 5)
    async with running(plan) as (node, user):
        log = node.plan.data_dir / "log/node.log"
        async with asyncio.timeout(10):
            while not (log.exists() and log.read_bytes()):
                await asyncio.sleep(0.01)
        before = log.read_bytes()
        status, said = await refused(other_ports)
        assert (status, "in use by another process" in said) == (MAY_BE_STARTED_AGAIN, True)
        assert log.read_bytes().startswith(before)
        # Of the first one, which says so on a busy machine; the second has left no trace.
        assert {line["message"] for line in lines_of(log)} <= {"ready", "event loop held", "slow commit"}
        assert await user.ask("mfa store:put(1,2)") == "ok"
        await node.kill()
    async with running(other_ports) as (_, user):
        assert await user.ask("mfa store:get(1)") == "{ok,2}"


@pytest.mark.root
@pytest.mark.promise("a read-only volume", "refused in one line, exit 1")
async def test_a_read_only_volume(plan: Plan, tmp_path: Path) -> None:
    with ext4(plan.nodes[0].data_dir, tmp_path / "image", "16M") as folder:
        async with running(plan) as (node, user):
            assert await user.ask("mfa store:put(1,2)") == "ok"
            await node.stop()
        await asyncio.to_thread(run, "mount", "-o", "remount,ro", folder)
        status, said = await refused(plan)
        assert (status, "Read-only file system" in said) == (MAY_BE_STARTED_AGAIN, True)
