"""Backups: files that hold a whole store, and how one becomes the store of a node.

A backup is put beside the database under another name, and the node takes it when it next starts, in one step. So it
does not matter when a node or a machine stops meanwhile, and a running node's store never changes under its functions.
"""

import os
import shutil
import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from erlang_docker.errors import StateError
from erlang_docker.names import NodeName

SCHEMA_VERSION = 1


@dataclass(frozen=True, slots=True)
class Backup:
    """What is in a file."""

    node: str
    cluster: str
    epoch: int
    """How many times the node had started."""
    keys: int
    bytes: int

    def __str__(self) -> str:
        return f"{self.node} of cluster {self.cluster}, start {self.epoch}: {self.keys} keys, {self.bytes} bytes"


def read_backup(path: Path) -> Backup:
    """Check a file, all of it; StateError when it is damaged or no backup."""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
            if found != "ok":
                raise StateError(f"{path} is damaged: {found}")
            meta = read_meta(connection)
            (keys,) = connection.execute("SELECT count(*) FROM entries").fetchone()
    except sqlite3.Error as error:
        raise StateError(f"{path}: {error}") from error
    if meta.get("schema") != str(SCHEMA_VERSION):
        raise StateError(f"{path} is of schema {meta.get('schema')}, this is schema {SCHEMA_VERSION}")
    return Backup(meta["node"], meta["cluster"], int(meta["boot_epoch"]), keys, path.stat().st_size)


def read_meta(connection: sqlite3.Connection) -> dict[str, str]:
    """Whose database it is."""
    return dict(connection.execute("SELECT name, value FROM meta"))


def put_backup(file: Path | BinaryIO, data_dir: Path, node: NodeName, cluster: str, *, adopt: bool) -> Backup:
    """Have a node's next start take a file, or what is read; the node may run or not. What was in it.

    StateError when it is damaged, or another's and not to be adopted; OSError when there is no room.
    """
    data_dir.mkdir(parents=True, exist_ok=True)
    draft, place = (data_dir / f"state.db-restore{suffix}" for suffix in (".part", ""))
    draft.unlink(missing_ok=True)
    try:
        _copy(file, draft)
        backup = read_backup(draft)
        if not adopt and (backup.node, backup.cluster) != (str(node), cluster):
            whose = f"{backup.node} of cluster {backup.cluster}"
            raise StateError(f"the backup is of {whose}, this is {node} of cluster {cluster}")
        _set_meta(draft, {"node": str(node), "cluster": cluster})
        draft.replace(place)
        _keep(data_dir)
    except sqlite3.Error as error:
        raise StateError(f"{draft}: {error}") from error
    finally:
        draft.unlink(missing_ok=True)
    return backup


def take_backup(database: Path, node: NodeName, cluster: str) -> bool:
    """Put what waits in the place of the database, if anything does; the caller holds the volume's lock.

    The number of the next start is above that of both. StateError when it is not this node's.
    """
    place = database.with_name(f"{database.name}-restore")
    if not place.exists():
        return False
    meta = _meta_of(place)
    if (meta.get("node"), meta.get("cluster")) != (str(node), cluster):
        raise StateError(f"{place} is of {meta.get('node')} of cluster {meta.get('cluster')}: delete it, or adopt it")
    _set_meta(place, {"boot_epoch": str(max(int(meta["boot_epoch"]), _epoch(database))), "closed": "0"})
    # The log first: it must not be taken for that of the other database. If this is as far as it comes, what waits is
    # taken at the next start.
    for suffix in ("-wal", "-spare"):
        database.with_name(database.name + suffix).unlink(missing_ok=True)
    place.replace(database)
    _keep(database.parent)
    return True


def _copy(file: Path | BinaryIO, draft: Path) -> None:
    """A file by SQLite, so that a log beside it is not forgotten."""
    if isinstance(file, Path):
        name = f"{file.absolute().as_uri()}?mode=rw"
        with closing(sqlite3.connect(name, uri=True)) as source, closing(sqlite3.connect(draft)) as target:
            # A store that is in use is locked: that fails here, where the backup would wait for ever.
            read_meta(source)
            source.backup(target)
    else:
        with draft.open("wb") as received:
            shutil.copyfileobj(file, received, 1 << 20)


def _meta_of(path: Path) -> dict[str, str]:
    with closing(sqlite3.connect(path)) as connection:
        # Nothing is made beside it.
        connection.execute("PRAGMA locking_mode=EXCLUSIVE")
        return read_meta(connection)


def _set_meta(path: Path, values: dict[str, str]) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", values.items())
        connection.execute("COMMIT")


def _epoch(database: Path) -> int:
    """0 of a database that is not there or damaged: that may be why there is a backup."""
    with suppress(sqlite3.Error, ValueError, KeyError):
        if database.exists():
            return int(_meta_of(database)["boot_epoch"])
    return 0


def _keep(folder: Path) -> None:
    """Have the disk keep the folder's names."""
    file = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)
