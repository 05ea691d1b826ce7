"""The example of a cache: who owns what, and what is left when an owner is down."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from cache import shelf
from cache.front import rank_first
from erlang_docker import Atom, Client, Failure, NodeName, Release
from harness import LOOPBACK, node, services
from running_example import Example, running_example

KEYS = [f"key {number}" for number in range(20)]


@pytest.fixture(scope="module")
async def example(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Example]:
    async with running_example("cache", tmp_path_factory.mktemp("cache"), a=2, b=3) as running:
        yield running


@pytest.fixture(scope="module")
async def one(example: Example) -> AsyncIterator[Client]:
    async with Client(example.grpc(0)) as client:
        yield client


@pytest.fixture(scope="module")
async def other(example: Example) -> AsyncIterator[Client]:
    async with Client(example.grpc(1)) as client:
        yield client


async def test_the_readme_s_commands(example: Example) -> None:
    (commands,) = example.commands
    put, got, owner = (await example.type(commands)).splitlines()
    assert (put, got) == ("undefined", '{ok,"blue"}')
    assert owner.removeprefix('<<"').removesuffix('">>') in {
        str(running.plan.name) for running in example.cluster.of_kind("b")
    }


async def test_what_one_node_puts_is_with_its_owner_where_another_finds_it(
    example: Example, one: Client, other: Client
) -> None:
    owners = set()
    for value, key in enumerate(KEYS):
        await one.mfa("cache:put", key, value)
        owner = await other.mfa("cache:owner", key, returns=str)
        kept = await one.mfa("rpc:call", Atom(owner), Atom("store"), Atom("get"), [key])
        assert kept[1][1] == value
        assert await other.mfa("cache:get", key, returns=tuple[Atom, int]) == (Atom("ok"), value)
        owners.add(owner)
    assert owners == {str(running.plan.name) for running in example.cluster.of_kind("b")}


async def test_what_was_deleted_or_has_expired_is_not_there(one: Client, other: Client) -> None:
    await one.mfa("cache:put", "deleted", 1)
    await other.mfa("cache:delete", "deleted")
    await one.mfa("cache:put", "brief", 1, 1)
    assert await one.run('mfa cache:get("deleted")') == "error"
    while await other.run('mfa cache:get("brief")') != "error":
        await asyncio.sleep(0.05)


async def test_an_owner_that_is_down_is_told_and_keeps_what_it_has(example: Example, one: Client) -> None:
    await one.mfa("cache:put", "down", "before")
    owner = example.node(await one.mfa("cache:owner", "down", returns=str))
    owner.stop()
    await owner.down.wait()
    for function, more in (("cache:get", []), ("cache:put", ["after"])):
        with pytest.raises(Failure) as failure:
            await one.mfa(function, "down", *more)
        assert failure.value.reason == (Atom("down"), str(owner.plan.name).encode())
    owners = {key: await one.mfa("cache:owner", key, returns=str) for key in KEYS}
    await one.mfa("cache:put", next(key for key in KEYS if owners[key] != str(owner.plan.name)), "there")
    owner.restart()
    await owner.ready.wait()
    assert await one.mfa("cache:get", "down") == (Atom("ok"), b"before")


def test_a_node_more_takes_its_share_and_moves_nothing_between_the_others() -> None:
    nodes = [NodeName("a", "erlang-docker-a-sfs-0.localhost").numbered("b", number) for number in range(4)]
    keys = [str(number) for number in range(400)]
    moved = [key for key in keys if rank_first(key, nodes) != rank_first(key, nodes[:3])]
    assert {rank_first(key, nodes) for key in moved} == {nodes[3]}
    assert 60 < len(moved) < 140


@pytest.fixture
async def owner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Client]:
    """One that has room for two keys."""
    monkeypatch.setattr(shelf, "MAX_KEYS", 2)
    monkeypatch.setattr(shelf, "SWEEP_SECONDS", 0.05)
    releases = {"b": Release("b", "a", (shelf,), shelf.lifespan)}
    async with (
        services() as among,
        node("b", tmp_path, among, releases=releases) as running,
        Client(f"{LOOPBACK}:{running.grpc_port}") as client,
    ):
        yield client


async def put(owner: Client, key: str, seconds: int) -> Any:
    return await owner.mfa("shelf:put", key, Atom("value"), seconds)


async def test_what_has_expired_makes_room(owner: Client) -> None:
    await put(owner, "brief", 60)
    await put(owner, "long", 60)
    with pytest.raises(Failure, match="full"):
        await put(owner, "more", 60)
    await put(owner, "brief", 1)
    while await owner.mfa("store:keys") != [b"long"]:
        await asyncio.sleep(0.05)
    await put(owner, "more", 60)


@pytest.mark.parametrize("seconds", [0, shelf.MAX_SECONDS + 1])
async def test_for_how_long_a_value_may_be_kept(seconds: int, owner: Client) -> None:
    with pytest.raises(Failure, match="badarg"):
        await put(owner, "key", seconds)
