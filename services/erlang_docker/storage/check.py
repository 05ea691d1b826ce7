"""The check of a database before it is used: whether every page is whole and in its place.

What was committed survives a kill and the loss of power; but a disk may lie, and a file system may lose what it had.
Such damage comes with a stop that was none, so a database is checked unless it was closed in order. Damage that comes
later is met where it is read: that ends the node, out of order, and so its next start checks.
"""

import logging
import sqlite3
import threading
import time
from contextlib import suppress
from pathlib import Path

from erlang_docker.errors import StateError

_GB = 1e9


class Check:
    """Runs in one thread, and is watched and stopped from another."""

    def __init__(self, log: logging.Logger) -> None:
        self._log = log
        self._running: _Reading | None = None
        self._stopped = False

    def run(self, connection: sqlite3.Connection, path: Path) -> bool:
        """Whether the database is whole, as `PRAGMA quick_check` finds; StateError when it is not.

        False when nobody knows, because the check was stopped.
        """
        if self._stopped:
            return False
        size = path.stat().st_size
        self._log.info("checking the store", extra={"fields": {"bytes": size}})
        began = time.monotonic()
        # Seen as a whole by other threads, or not at all.
        self._running = _Reading(connection, size, threading.get_native_id())
        try:
            (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_INTERRUPT:
                raise
            return False
        finally:
            self._running = None
        if found != "ok":
            raise StateError(f"{path} is damaged: {found}")
        seconds = round(time.monotonic() - began, 1)
        self._log.info("checked the store", extra={"fields": {"bytes": size, "seconds": seconds}})
        return True

    def stop(self) -> None:
        """End a check that runs, and any that is still to come.

        One that has been announced and not begun runs to its end: a node that is killed for it loses nothing.
        """
        self._stopped = True
        running = self._running
        if running is not None:
            with suppress(sqlite3.ProgrammingError):  # closed, in between
                running.connection.interrupt()

    def __str__(self) -> str:
        """How far it is; empty while none runs."""
        running = self._running
        return "" if running is None else f"checking the store: {running}"


class _Reading:
    """What a thread has read since, as the system counts it."""

    def __init__(self, connection: sqlite3.Connection, size: int, thread: int) -> None:
        self.connection = connection
        self._size = size
        self._counts = Path(f"/proc/self/task/{thread}/io")
        self._before = self._read_bytes()

    def __str__(self) -> str:
        """Once all pages were read, those with rows are read again."""
        done, total = ((self._read_bytes() - self._before) / _GB, self._size / _GB)
        again = f", and {done - total:.1f} again" if done > total else ""
        return f"{min(done, total):.1f} of {total:.1f} GB{again}"

    def _read_bytes(self) -> int:
        """0 where the system does not count, or the thread has ended."""
        try:
            return int(self._counts.read_text().split()[1])
        except OSError:
            return 0
