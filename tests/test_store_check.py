"""The check of a store that was not closed in order: when it is made, what it finds, what is seen of it."""

import logging
import shutil
import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from erlang_docker.errors import StateError, VolumeError
from erlang_docker.storage.check import Check
from erlang_docker.storage.database import open_database
from test_store import NAME

ROWS = 2000


class Heard(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())


def opened(folder: Path) -> list[str]:
    """Open and close a database in order; what the check said."""
    log, heard = logging.Logger("test"), Heard()
    log.addHandler(heard)
    with open_database(folder, NAME, "c", check=Check(log)):
        pass
    return heard.messages


def fill(folder: Path) -> None:
    with open_database(folder, NAME, "c") as database:
        rows = ((f"{number}", b"key", bytes(500)) for number in range(ROWS))
        database.connection.executemany("INSERT INTO entries VALUES (?, ?, ?)", rows)


@pytest.fixture
def killed(tmp_path: Path) -> Path:
    """The volume of a node that was killed: a copy, made while it was open."""
    fill(tmp_path / "whole")
    with open_database(tmp_path / "whole", NAME, "c"):
        shutil.copytree(tmp_path / "whole", tmp_path / "killed")
    return tmp_path / "killed"


def damage(folder: Path) -> None:
    """Zeros in place of a page in the middle."""
    with (folder / "state.db").open("r+b") as file:
        file.seek((folder / "state.db").stat().st_size // 2 // 4096 * 4096)
        file.write(bytes(4096))


def test_only_what_was_not_closed_in_order_is_checked(killed: Path, tmp_path: Path) -> None:
    assert opened(tmp_path / "new") == []
    assert opened(tmp_path / "whole") == []
    assert opened(killed) == ["checking the store", "checked the store"]
    assert opened(killed) == []


def test_what_else_fails_is_no_reason_to_check(tmp_path: Path) -> None:
    """Such as a port that is taken, but not the disk."""
    for error, said in ((OSError("taken"), []), (VolumeError("failed"), ["checking the store", "checked the store"])):
        with pytest.raises(type(error)), open_database(tmp_path, NAME, "c"):
            raise error
        assert opened(tmp_path) == said


def test_damage_is_found(killed: Path) -> None:
    damage(killed)
    for _ in range(2):
        with pytest.raises(StateError, match="is damaged: "):
            opened(killed)


@contextmanager
def held(folder: Path) -> Iterator[tuple[sqlite3.Connection, threading.Event, threading.Event]]:
    """A connection on which a check comes to a halt until it is let go on."""
    begun, go_on = threading.Event(), threading.Event()

    def wait() -> None:
        begun.set()
        go_on.wait(30)

    with closing(sqlite3.connect(folder / "state.db", check_same_thread=False)) as connection:
        connection.set_progress_handler(wait, 1000)
        yield connection, begun, go_on


def test_its_progress_is_seen_and_it_can_be_stopped(killed: Path) -> None:
    check = Check(logging.Logger("test"))
    path = killed / "state.db"
    assert str(check) == ""
    with held(killed) as (connection, begun, go_on), ThreadPoolExecutor(1) as thread:
        verdict = thread.submit(check.run, connection, path)
        assert begun.wait(30)
        assert str(check).startswith("checking the store: 0.0 of 0.0 GB")
        check.stop()
        go_on.set()
        assert verdict.result(30) is False
    assert str(check) == ""


def test_what_was_not_checked_is_checked_at_the_next_start(killed: Path) -> None:
    stopped = Check(logging.Logger("test"))
    stopped.stop()
    with open_database(killed, NAME, "c", check=stopped):
        pass
    assert opened(killed) == ["checking the store", "checked the store"]
