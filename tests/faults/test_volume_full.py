"""A full disk, and a full store: what is new is refused, and nothing else."""

import asyncio
import logging
import random
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest

from erlang_docker.errors import VolumeError
from erlang_docker.local.plan import Plan
from erlang_docker.metrics.node import Metrics
from erlang_docker.names import NodeName
from erlang_docker.storage.database import open_database
from erlang_docker.storage.store import Store
from faults.disks import ext4, fill, tmpfs
from faults.processes import NodeProcess, running
from harness import Socket, socket
from otp.errors import Failure

NO_ROOM = "{error,enospc"
LETTERS = "v" * 20_000


@pytest.fixture(params=["tmpfs", pytest.param("ext4", marks=pytest.mark.long)])
async def plan(request: pytest.FixtureRequest, tmp_path: Path, base: int) -> AsyncIterator[Plan]:
    """A cluster whose first node has a volume of a few MiB."""
    plan = Plan(tmp_path / "cluster", base)
    plan.prepare()
    folder = plan.nodes[0].data_dir
    with tmpfs(folder, "4m") if request.param == "tmpfs" else ext4(folder, tmp_path / "image", "8M"):
        yield plan


async def put(user: Socket, key: object) -> str:
    """The answer up to its reason."""
    return (await user.ask(f'mfa store:put({key},"{LETTERS}")')).partition(",\n")[0]


async def fill_store(user: Socket, prefix: str) -> list[str]:
    """The keys of what it took before it refused one."""
    keys: list[str] = []
    while await put(user, f"{prefix}{len(keys)}") == "ok":
        keys.append(f"{prefix}{len(keys)}")
    return keys


@pytest.mark.root
@pytest.mark.promise(
    "a store that fills its disk", "puts refused; reads, deletes and a start work; puts again after deletes"
)
async def test_a_store_that_fills_its_disk(plan: Plan) -> None:
    async with running(plan) as (node, user):
        keys = await fill_store(user, "k")
        fill(node.plan.data_dir / "filler")
        keys = await mixed(node, keys)
        await node.kill()
    async with running(plan) as (node, user):
        assert await user.ask("mfa store:size()") == str(len(keys))
        keys += await fill_store(user, "y")
        await node.stop()
    # And after a stop, when SQLite has unlinked its log.
    async with running(plan) as (node, user):
        assert await put(user, "more") == NO_ROOM
        for key in keys:
            assert await user.ask(f"mfa store:delete({key})") == "ok"
        assert await put(user, "more") == "ok"
        assert await user.ask("mfa store:keys()") == "[more]"
        assert await node.ready() == 200


async def mixed(node: NodeProcess, keys: list[str]) -> list[str]:
    """Puts, reads and a delete that come at once: all but one of the puts are refused, and nothing else."""
    first, *others = keys

    async def ask(number: int) -> str:
        async with socket(node.plan.ws.port) as user:
            if number == 0:
                return await user.ask(f"mfa store:delete({first})")
            return await (put(user, f"x{number}") if number % 2 else user.ask(f"mfa store:get({others[number // 2]})"))

    answers = await asyncio.gather(*map(ask, range(81)))
    assert answers[0] == "ok"
    assert all(answer.startswith("{ok,") for answer in answers[2::2])
    taken = [f"x{number}" for number in range(1, 81, 2) if answers[number] == "ok"]
    # What was deleted may have made room for one of them.
    assert len(taken) <= 1
    assert {answer for answer in answers[1::2] if answer != "ok"} == {NO_ROOM}
    return [*others, *taken]


@pytest.mark.root
@pytest.mark.promise("others fill the disk", "puts refused; reads and deletes work; heals")
async def test_what_others_write_fills_the_disk(plan: Plan) -> None:
    async with running(plan) as (node, user):
        assert await put(user, 1) == "ok"
        filler = node.plan.data_dir / "filler"
        fill(filler)
        refused = [await put(user, f"x{number}") for number in range(3)]
        assert refused[-1] == NO_ROOM
        assert (await user.ask("mfa store:get(1)")).startswith("{ok,")
        filler.unlink()
        assert await put(user, 2) == "ok"


@pytest.mark.root
@pytest.mark.long
@pytest.mark.parametrize("seed", [4, 53])
@pytest.mark.promise("everything deleted on a full disk", "no delete refused")
async def test_every_delete_finds_room(seed: int, tmp_path: Path) -> None:
    """Also the one in thousands that moves a long key to where it needs a page more than before: both of these do."""
    chosen = random.Random(seed)
    longest, largest = chosen.choice((20, 200, 900, 3000)), chosen.choice((10, 500, 20_000))
    with tmpfs(tmp_path, "4m"), open_database(tmp_path, NodeName("a", "a-0.localhost"), "c") as database:
        async with Store(database, Metrics(), logging.getLogger("test"), broken) as store:
            keys: list[bytes] = []
            with suppress(Failure):
                while True:
                    key = chosen.randbytes(chosen.randint(1, longest)).hex()[:longest].encode()
                    await store.put(key, bytes(chosen.randint(0, largest)))
                    keys.append(key)
            fill(tmp_path / "filler")
            chosen.shuffle(keys)
            for key in keys:
                await store.delete(key)
            assert await store.size() == 0


def broken(error: VolumeError) -> None:
    raise error


@pytest.mark.promise("more puts than the budget", "refused, the rest works")
async def test_a_store_has_a_budget(tmp_path: Path, base: int) -> None:
    """Where volumes have no size of their own, it is what keeps them small."""
    plan = Plan(tmp_path, base)
    plan.prepare()
    async with running(plan, STORE_MAX_BYTES="1000000") as (node, user):
        assert 30 < len(await fill_store(user, "k")) < 50
        assert await user.ask("mfa store:delete(k1)") == "ok"
        assert await put(user, "more") == "ok"
        assert (await node.told("the store is full"))["used_bytes"] < 1_000_000
        await node.told("the store has room again")
        assert (node.plan.data_dir / "state.db").stat().st_size < 1_100_000
