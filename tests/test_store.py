"""The store: what was acknowledged stays, and only on its own node's volume."""

import asyncio
import logging
from pathlib import Path

import pytest

from erlang_docker.errors import StateError, VolumeError
from erlang_docker.metrics.node import Metrics
from erlang_docker.names import NodeName
from erlang_docker.storage.database import Database, open_database
from erlang_docker.storage.store import Store
from otp.errors import Failure
from otp.terms.types import Atom, Map

NAME = NodeName("a", "a-0.localhost")


def broken(error: VolumeError) -> None:
    raise error


def opened(database: Database) -> Store:
    return Store(database, Metrics(), logging.getLogger("test"), broken)


async def test_any_term_is_a_key_and_a_value(tmp_path: Path) -> None:
    key = (Atom("k"), [1, 2], Map([(1, b"a"), (1.0, b"b")]))
    with open_database(tmp_path, NAME, "c") as database:
        async with opened(database) as store:
            await store.put(key, [Atom("v"), 1.5])
            await store.put(1, Atom("integer"))
            await store.put(1.0, Atom("float"))
            assert await store.get(key) == [Atom("v"), 1.5]
            assert (await store.get(1), await store.get(1.0)) == (Atom("integer"), Atom("float"))
            assert await store.get(Atom("other")) is None
            assert await store.size() == 3
            await store.delete(1)
            assert await store.keys() == [1.0, key]


async def test_many_writers_share_a_commit(tmp_path: Path) -> None:
    with open_database(tmp_path, NAME, "c") as database:
        async with opened(database) as store:
            await asyncio.gather(*(store.put(number, number) for number in range(3000)))
            assert await store.size() == 3000
    with open_database(tmp_path, NAME, "c") as database:
        assert database.epoch == 2
        async with opened(database) as store:
            assert await store.get(2999) == 2999


async def test_what_is_too_large_is_refused(tmp_path: Path) -> None:
    with open_database(tmp_path, NAME, "c") as database:
        async with opened(database) as store:
            for key, value in ((b"k" * 5000, 1), (1, b"v" * (2 << 20))):
                with pytest.raises(Failure) as refused:
                    await store.put(key, value)
                assert refused.value.reason == "system_limit"


@pytest.mark.parametrize(
    ("name", "cluster", "message"),
    [
        (NodeName("a", "a-1.localhost"), "c", "belongs to node erlang-docker-a@a-0.localhost"),
        (NodeName("b", "a-0.localhost"), "c", "belongs to node erlang-docker-a@a-0.localhost"),
        (NAME, "d", "belongs to cluster c, this is cluster d"),
    ],
)
def test_the_volume_of_another_is_refused(name: NodeName, cluster: str, message: str, tmp_path: Path) -> None:
    with open_database(tmp_path, NAME, "c"):
        pass
    with pytest.raises(StateError, match=message), open_database(tmp_path, name, cluster):
        pass
    with open_database(tmp_path, NAME, "c") as database:
        assert database.epoch == 2


def test_a_second_process_is_refused(tmp_path: Path) -> None:
    with (
        open_database(tmp_path, NAME, "c"),
        pytest.raises(VolumeError, match="in use"),
        open_database(tmp_path, NAME, "c"),
    ):
        pass


def test_a_damaged_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "state.db").write_bytes(b"this is no database " * 100)
    with pytest.raises(StateError, match="not a database"), open_database(tmp_path, NAME, "c"):
        pass
