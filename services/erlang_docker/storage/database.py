"""The database on the volume, bound to its node."""

import fcntl
import logging
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from erlang_docker.errors import NodeError, StateError, VolumeError
from erlang_docker.names import NodeName
from erlang_docker.settings import STORE_MAX_BYTES
from erlang_docker.storage.backup import SCHEMA_VERSION, read_meta, take_backup
from erlang_docker.storage.check import Check
from erlang_docker.storage.room import Room, default_reserve, reserve_log, restore_log

_SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS entries (text TEXT PRIMARY KEY, key BLOB NOT NULL, value BLOB NOT NULL) STRICT;
"""
COPY = "state.db-copy"
"""The file on the volume for a copy that is made while the node runs."""
_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


@dataclass(frozen=True, slots=True)
class Database:
    """An open database. Whoever has it hands it to one thread."""

    connection: sqlite3.Connection
    room: Room
    reserve_bytes: int
    """The room that SQLite's log has for itself."""
    epoch: int
    """The number of this start."""
    restored: bool
    """Whether it is a backup that was waiting to be taken."""


@contextmanager
def open_database(
    data_dir: Path,
    name: NodeName,
    cluster_id: str,
    max_bytes: int = STORE_MAX_BYTES,
    reserve_bytes: int | None = None,
    check: Check | None = None,
) -> Iterator[Database]:
    """StateError when the volume is another node's or damaged, VolumeError when it cannot be used now.

    A database that was not closed in order is checked, which takes as long as reading it does; `check` is for whoever
    watches that.

    One connection in WAL mode: what is committed is on the disk (`synchronous=FULL`), and releases of SQLite before
    3.51.3 can lose a WAL to a second writer.
    """
    with ExitStack() as stack:
        try:
            data_dir.mkdir(parents=True, exist_ok=True)
            stack.enter_context(_locked(data_dir / "lock"))
            check = check or Check(logging.Logger("unwatched"))
            database = stack.enter_context(_opened(data_dir, name, cluster_id, max_bytes, reserve_bytes, check))
        except (OSError, sqlite3.Error) as error:
            raise _translated(data_dir, error) from error
        yield database


def _translated(data_dir: Path, error: Exception) -> NodeError:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return (StateError if code in _DAMAGED else VolumeError)(f"{data_dir}: {error}")


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Only the death of the process frees the lock, whatever becomes of its pod."""
    with path.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise VolumeError(f"{path.parent} is in use by another process") from error
        yield


@contextmanager
def _opened(
    data_dir: Path, name: NodeName, cluster_id: str, max_bytes: int, reserve_bytes: int | None, check: Check
) -> Iterator[Database]:
    path, log, spare, room = (data_dir / f"state.db{suffix}" for suffix in ("", "-wal", "-spare", "-room"))
    # What a copy left behind whose node was killed.
    (data_dir / COPY).unlink(missing_ok=True)
    restored = take_backup(path, name, cluster_id)
    restore_log(log, spare)
    reserve = default_reserve(data_dir) if reserve_bytes is None else reserve_bytes
    try:
        # Opened before SQLite's own and closed after it: closing any file drops all locks that the process has on it.
        with path.open("ab") as file, room.open("ab") as last, _connected(path) as connection:
            whole = _closed_in_order(connection) or check.run(connection, path)
            epoch = _start(connection, name, cluster_id)
            reserve_log(log, spare, reserve)
            connection.execute(f"PRAGMA journal_size_limit={reserve}")
            try:
                place = Room(connection, file.fileno(), last.fileno(), max_bytes)
                yield Database(connection, place, reserve, epoch, restored)
            except VolumeError:
                whole = False  # nobody knows what is on the disk
                raise
            finally:
                if whole:
                    _mark_closed(connection)
    finally:
        with suppress(OSError):  # the disk has failed, and that was said
            restore_log(log, spare)


@contextmanager
def _connected(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(path, check_same_thread=False, isolation_level=None)) as connection:
        # The log's index is then in memory: as a mapped file on a full or failing disk it could kill the process.
        connection.execute("PRAGMA locking_mode=EXCLUSIVE")
        (mode,) = connection.execute("PRAGMA journal_mode=WAL").fetchone()
        connection.execute("PRAGMA synchronous=FULL")
        # Nor is there a folder for temporary files in a container with a read-only root.
        connection.execute("PRAGMA temp_store=MEMORY")
        # The log is tidied up by `Commits`, which wants to know when that fails.
        connection.execute("PRAGMA wal_autocheckpoint=0")
        if mode != "wal":
            raise StateError(f"{path}: journal mode {mode}")
        yield connection


def _closed_in_order(connection: sqlite3.Connection) -> bool:
    """Also of a database that is new: there is nothing to check."""
    if connection.execute("SELECT count(*) FROM sqlite_schema WHERE name = 'meta'").fetchone() == (0,):
        return True
    return bool(connection.execute("SELECT value FROM meta WHERE name = 'closed'").fetchone() == ("1",))


def _mark_closed(connection: sqlite3.Connection) -> None:
    """Without the mark, on a full disk for one, the next start checks; nothing else comes of it."""
    with suppress(sqlite3.Error):
        connection.execute("UPDATE meta SET value = '1' WHERE name = 'closed'")


def _start(connection: sqlite3.Connection, name: NodeName, cluster_id: str) -> int:
    """Check whose volume this is, mark a new one, and count this start."""
    expected = {"node": str(name), "cluster": cluster_id, "schema": str(SCHEMA_VERSION)}
    connection.executescript(f"BEGIN IMMEDIATE; {_SCHEMA}")
    found = read_meta(connection)
    for key, value in expected.items():
        if found.setdefault(key, value) != value:
            raise StateError(f"the volume belongs to {key} {found[key]}, this is {key} {value}")
    epoch = int(found.get("boot_epoch", "0")) + 1
    values = {**expected, "boot_epoch": str(epoch), "closed": "0"}
    connection.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", values.items())
    connection.execute("COMMIT")
    return epoch
