"""The database on the volume, bound to its node."""

import fcntl
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from erlang_docker.errors import StateError
from erlang_docker.names import NodeName

SCHEMA_VERSION = 1

_SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS entries (text TEXT PRIMARY KEY, key BLOB NOT NULL, value BLOB NOT NULL) STRICT;
"""


@contextmanager
def open_database(data_dir: Path, name: NodeName, cluster_id: str) -> Iterator[tuple[sqlite3.Connection, int]]:
    """The connection and the number of this start; StateError when the volume is in use or another node's.

    One connection in WAL mode: what is committed is on the disk (`synchronous=FULL`), and releases of SQLite before
    3.51.3 can lose a WAL to a second writer. The caller hands the connection to one thread.
    """
    with ExitStack() as stack:
        try:
            data_dir.mkdir(parents=True, exist_ok=True)
            stack.enter_context(_locked(data_dir / "lock"))
            connection = stack.enter_context(_connected(data_dir / "state.db"))
            epoch = _start(connection, name, cluster_id)
        except (OSError, sqlite3.Error) as error:
            raise StateError(f"{data_dir}: {error}") from error
        yield connection, epoch


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Only the death of the process frees the lock, whatever becomes of its pod."""
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise StateError(f"{path.parent} is in use by another process") from error
        yield


@contextmanager
def _connected(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(path, check_same_thread=False, isolation_level=None)) as connection:
        (mode,) = connection.execute("PRAGMA journal_mode=WAL").fetchone()
        connection.execute("PRAGMA synchronous=FULL")
        (check,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        if mode != "wal" or check != "ok":
            raise StateError(f"{path}: journal mode {mode}, check {check}")
        yield connection


def _start(connection: sqlite3.Connection, name: NodeName, cluster_id: str) -> int:
    """Check whose volume this is, mark a new one, and count this start."""
    expected = {"node": str(name), "cluster": cluster_id, "schema": str(SCHEMA_VERSION)}
    connection.executescript(f"BEGIN IMMEDIATE; {_SCHEMA}")
    found = dict(connection.execute("SELECT name, value FROM meta"))
    for key, value in expected.items():
        if found.setdefault(key, value) != value:
            raise StateError(f"the volume belongs to {key} {found[key]}, this is {key} {value}")
    epoch = int(found.get("boot_epoch", "0")) + 1
    values = {**expected, "boot_epoch": str(epoch)}
    connection.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", values.items())
    connection.execute("COMMIT")
    return epoch
