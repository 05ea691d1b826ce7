"""Backups: a running node's store as a file, and that file as the store of a node that starts."""

import asyncio
import io
import itertools
import shutil
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from functools import partial
from pathlib import Path

import pytest

from erlang_docker.backups import back_up
from erlang_docker.client import Client
from erlang_docker.errors import NodeError, StateError
from erlang_docker.link.proof import Cookie
from erlang_docker.local.cluster import Cluster
from erlang_docker.names import NodeName
from erlang_docker.node import Node
from erlang_docker.storage.backup import put_backup, read_backup
from erlang_docker.storage.copies import Copy
from erlang_docker.storage.database import open_database
from harness import COOKIE, LOOPBACK, Services, node, services
from test_cli import cli

A_0 = NodeName("a", "erlang-docker-a-sfs-0.localhost")
A_1 = NodeName("a", "erlang-docker-a-sfs-1.localhost")


@pytest.fixture
async def among() -> AsyncIterator[Services]:
    async with services() as running:
        yield running


async def test_a_copy_has_what_was_written_while_it_was_made(tmp_path: Path) -> None:
    """Whoever writes is served between its pieces, and pages that were copied already are brought up to date."""
    pieces = itertools.count(1)
    with open_database(tmp_path, A_0, "c") as database:
        write = partial(database.connection.execute, "INSERT OR REPLACE INTO entries VALUES (?, ?, ?)")
        for number in range(40):
            write((f"{number}", b"", bytes(100_000)))
        copy = Copy(tmp_path / "copy.db", asyncio.get_running_loop().create_future())

        def between() -> None:
            write(("0", b"", b"%d" % next(pieces)))

        assert copy.make(database.connection, between) is None
    last = next(pieces) - 1
    assert last > 2
    with closing(sqlite3.connect(tmp_path / "copy.db")) as copied:
        (found,) = copied.execute("SELECT value FROM entries WHERE text = '0'").fetchone()
    assert int(found) == last - 1  # the last was when nothing was left to copy
    assert (tmp_path / "copy.db").read_bytes()[18:20] == b"\x01\x01"  # no log is needed beside it


@asynccontextmanager
async def client_of(running: Node) -> AsyncIterator[Client]:
    async with Client(f"{LOOPBACK}:{running.grpc_port}") as client:
        yield client


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


async def kept(running: Node, key: int) -> object:
    async with client_of(running) as client:
        return await client.mfa("store:get", key, -1)


async def backed_up(running: Node, file: Path) -> Path:
    async with client_of(running) as client:
        await back_up(client.backup(Cookie(COOKIE)), file)
    return file


async def test_what_was_acknowledged_before_is_in_it(tmp_path: Path, among: Services) -> None:
    """While others write: each writes numbers 1, 2, 3 under its key, and the backup has no older one than it should."""
    last: dict[int, int] = {}
    asked: dict[int, int] = {}

    async def write(client: Client, key: int) -> None:
        for number in itertools.count(1):
            asked[key] = number
            await client.mfa("store:put", key, [number, b"x" * 5000])
            last[key] = number

    async with node("a", tmp_path, among) as running, client_of(running) as client:
        writers = [asyncio.create_task(write(client, key)) for key in range(20)]
        while len(last) < 20:
            await asyncio.sleep(0.01)
        before = dict(last)
        file = await backed_up(running, tmp_path / "backup.db")
        assert min(last[key] - before[key] for key in last) >= 0
        for writer in writers:
            writer.cancel()
        await asyncio.gather(*writers, return_exceptions=True)
    put_backup(file, tmp_path / "new" / "a-0", A_0, "default", adopt=False)
    async with node("a", tmp_path / "new", among) as running, client_of(running) as client:
        for key, number in before.items():
            found = await client.mfa("store:get", key, [0])
            assert number <= found[0] <= asked[key]


async def test_a_restored_node_has_what_the_backup_has_and_a_later_start(tmp_path: Path, among: Services) -> None:
    async with node("a", tmp_path, among) as running, client_of(running) as client:
        await client.mfa("store:put", 1, 1)
        file = await backed_up(running, tmp_path / "backup.db")
    for _ in range(2):
        async with node("a", tmp_path, among) as running, client_of(running) as client:
            await client.mfa("store:put", 2, 2)
            # While it runs, and nothing changes for it.
            put_backup(file, tmp_path / "a-0", A_0, "default", adopt=False)
            assert await kept(running, 2) == 2
    async with node("a", tmp_path, among) as running:
        assert (await kept(running, 1), await kept(running, 2)) == (1, -1)
        assert running.identity.boot_epoch == 4
    assert not list((tmp_path / "a-0").glob("*restore*"))


@pytest.mark.parametrize("lost", [False, True], ids=["whole", "lost"])
async def test_no_log_of_the_store_before_comes_into_the_restored_one(
    lost: bool, tmp_path: Path, among: Services
) -> None:
    """Not even when the node was killed, which leaves its log, and when the database itself is lost."""
    async with node("a", tmp_path, among) as running:
        file = await backed_up(running, tmp_path / "backup.db")
        async with client_of(running) as client:
            await client.mfa("store:put", 1, b"x" * 60_000)
        killed = shutil.copytree(tmp_path / "a-0", tmp_path / "killed" / "a-0")
        if lost:
            (killed / "state.db").unlink()
    put_backup(file, killed, A_0, "default", adopt=False)
    async with node("a", tmp_path / "killed", among) as running:
        assert await kept(running, 1) == -1


async def test_a_backup_of_another_node_is_only_adopted(tmp_path: Path, among: Services) -> None:
    async with node("a", tmp_path, among) as running, client_of(running) as client:
        await client.mfa("store:put", 1, 1)
        file = await backed_up(running, tmp_path / "backup.db")
    other = tmp_path / "a-1"
    other.mkdir()
    with pytest.raises(StateError, match=f"is of {A_0} of cluster default, this is {A_1}"):
        put_backup(file, other, A_1, "default", adopt=False)
    with pytest.raises(StateError, match=r"of cluster default, this is .* of cluster elsewhere"):
        put_backup(file, other, A_0, "elsewhere", adopt=False)
    assert names(other) == set()
    put_backup(file, other, A_1, "default", adopt=True)
    async with node("a", tmp_path, among, ordinal=1) as running:
        assert await kept(running, 1) == 1


async def test_a_volume_of_another_node_is_adopted_by_its_database(tmp_path: Path, among: Services) -> None:
    async with node("a", tmp_path, among) as running, client_of(running) as client:
        await client.mfa("store:put", 1, 1)
        with pytest.raises(StateError, match="locked"):
            put_backup(tmp_path / "a-0" / "state.db", tmp_path / "a-0", A_1, "default", adopt=True)
    (tmp_path / "a-0").rename(tmp_path / "a-1")
    with pytest.raises(StateError, match="belongs to node"):
        async with node("a", tmp_path, among, ordinal=1):
            pass
    put_backup(tmp_path / "a-1" / "state.db", tmp_path / "a-1", A_1, "default", adopt=True)
    async with node("a", tmp_path, among, ordinal=1) as running:
        assert await kept(running, 1) == 1
        assert running.identity.boot_epoch == 2


async def test_what_is_damaged_is_not_taken(tmp_path: Path, among: Services) -> None:
    async with node("a", tmp_path, among) as running, client_of(running) as client:
        for number in range(50):
            await client.mfa("store:put", number, b"x" * 5000)
        file = await backed_up(running, tmp_path / "backup.db")
    whole = file.read_bytes()
    half = len(whole) // 8192 * 4096
    for damaged in (
        whole[:100],
        whole[:half],
        whole[:half] + bytes(16384) + whole[half + 16384 :],
        b"nothing" * 1000,
        b"",
    ):
        file.write_bytes(damaged)
        for given in (file, io.BytesIO(damaged)):
            with pytest.raises(StateError):
                put_backup(given, tmp_path / "a-0", A_0, "default", adopt=False)
    put_backup(io.BytesIO(whole), tmp_path / "b-0", A_0, "default", adopt=False)
    assert not list((tmp_path / "a-0").glob("*restore*"))


async def test_who_has_not_the_cookie_gets_none(tmp_path: Path, among: Services) -> None:
    async with node("a", tmp_path, among) as running, client_of(running) as client:
        stranger = Cookie(b"another cookie, 32 bytes or more!")
        with pytest.raises(NodeError, match="another cookie"):
            await back_up(client.backup(stranger), tmp_path / "backup.db")
        with pytest.raises(NodeError, match="another cookie"):
            await client.check_store(stranger)
    assert names(tmp_path) == {"a-0", "a-0.cookie"}


async def test_one_at_a_time_and_each_goes_with_who_asked(tmp_path: Path, among: Services) -> None:
    async with node("a", tmp_path, among) as running, client_of(running) as client:
        for number in range(200):
            await client.mfa("store:put", number, b"x" * 60_000)
        first = client.backup(Cookie(COOKIE))
        await anext(first)
        assert (tmp_path / "a-0" / "state.db-copy").exists()
        with pytest.raises(NodeError, match="no copy of the store: busy"):
            await client.check_store(Cookie(COOKIE))
        await first.aclose()  # type: ignore[attr-defined]
        async with asyncio.timeout(30):
            while (tmp_path / "a-0" / "state.db-copy").exists():
                await asyncio.sleep(0.01)
        assert (await client.check_store(Cookie(COOKIE))).keys == 200


async def test_the_command_line(cluster: Cluster, tmp_path: Path) -> None:
    plan = cluster.plan
    environ = {"COOKIE_FILE": str(plan.cookie_file), "CLUSTER_ID": "local", "DATA_DIR": str(tmp_path / "volume")}
    file = tmp_path / "backup.db"
    (tmp_path / "volume").mkdir()
    assert (await cli(cluster, "mfa", "store:put(backed,up)")).stdout == "ok\n"
    made = await cli(cluster, "store", "backup", str(file), **environ)
    assert made.stdout.startswith(f"{file}: {plan.nodes[0].name} of cluster local, start "), made.stderr
    assert (await cli(cluster, "store", "check", **environ)).stdout.startswith("the store is whole: ")
    assert (await cli(cluster, "store", "check", str(file))).stdout.startswith(f"{file} is whole: ")
    put = await cli(cluster, "store", "restore", str(file), **environ)
    assert "takes it when it next starts" in put.stdout, put.stderr
    assert read_backup(tmp_path / "volume" / "state.db-restore").keys >= 1
    refused = await cli(cluster, "store", "restore", str(file), "--node", str(plan.nodes[1].name), **environ)
    assert (refused.returncode, refused.stdout) == (1, "")
    adopted = await cli(cluster, "store", "adopt", str(file), "--node", str(plan.nodes[1].name), **environ)
    assert f"It becomes the store of {plan.nodes[1].name} of cluster local." in adopted.stdout
    nobody = await cli(cluster, "store", "restore", str(file), "--target", "127.0.0.1:1", **environ)
    assert (nobody.returncode, "say --node" in nobody.stderr) == (3, True)
    nowhere = await cli(cluster, "store", "restore", str(file))
    assert (nowhere.returncode, "say --data-dir" in nowhere.stderr) == (2, True)
