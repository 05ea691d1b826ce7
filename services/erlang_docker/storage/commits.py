"""What the store's thread does with a batch of requests: one transaction, so that many writers share one fsync.

Three things may come of a batch. It is kept. Or there is no room for it: then each request is tried alone, so that what
finds no room fails nobody else. Or the disk has failed, and nothing is tried again: after a failed fsync the kernel may
have dropped what was to be written, and the next fsync lies.
"""

import asyncio
import logging
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeAlias

from erlang_docker.errors import VolumeError
from erlang_docker.metrics.node import Metrics
from erlang_docker.storage.database import Database
from erlang_docker.storage.room import is_no_room, no_room
from otp.errors import Failure

SLOW_SECONDS = 0.1
WRITE_BYTES = 8192
"""What a write puts into SQLite's log beside its value: a page of the table and one of its index, most often."""
_LOG_SHARE = 1 / 2
"""Of the room that the log has for itself; the rest is for the batch that reaches it."""

Operation: TypeAlias = Callable[[sqlite3.Connection], Any]


@dataclass(slots=True)
class Request:
    """An operation, and how it ended: with `failure`, or else with `result`."""

    operation: Operation
    answer: asyncio.Future[Any]
    writes: bool = False
    adds: int = 0
    """Bytes; a write that adds nothing is none that the budget concerns."""
    result: Any = None
    failure: Failure | None = None


class Commits:
    """Belongs to the store's thread. Every method raises VolumeError when the disk has failed."""

    def __init__(self, database: Database, metrics: Metrics, log: logging.Logger) -> None:
        self._connection = database.connection
        self._room = database.room
        self._log_bytes = 0
        self._log_limit = database.reserve_bytes * _LOG_SHARE
        self._metrics = metrics
        self._log = log
        self._full = False
        metrics.store_bytes.set(self._room.used)
        metrics.store_limit.set(self._room.max_bytes)

    def run(self, batch: list[Request]) -> None:
        """End every request."""
        with _failing(), self._timed(batch):
            try:
                self._transact(batch)
            except Failure:
                for request in batch:
                    self._try_alone(request)
            self._tell_full(batch)

    def tidy(self) -> None:
        """Bring SQLite's log into the database, and start it anew, before it outgrows its room."""
        if self._log_bytes > self._log_limit:
            with _failing():
                self._checkpoint()

    def _try_alone(self, request: Request) -> None:
        """Twice: it may be the log that has no room, which starts anew once all of it is in the database."""
        for _ in range(2):
            try:
                self._transact([request])
            except Failure as failure:
                request.failure = failure
                self._checkpoint()
            else:
                request.failure = None
                return

    def _transact(self, requests: list[Request]) -> None:
        """All of them or, with Failure `enospc`, none."""
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            before = self._room.used
            for request in requests:
                request.result = request.operation(self._connection)
            if any(request.writes for request in requests):
                used = self._room.claim(before, budgeted=any(request.adds for request in requests))
                self._metrics.store_bytes.set(used)
            self._connection.execute("COMMIT")
        except (sqlite3.Error, Failure) as error:
            if self._connection.in_transaction:
                self._connection.rollback()
            if is_no_room(error):
                raise no_room() from error
            raise
        self._log_bytes += sum(request.adds + WRITE_BYTES for request in requests if request.writes)

    def _checkpoint(self) -> None:
        try:
            self._connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
        except sqlite3.Error as error:
            # Where even writing anew takes room, as on btrfs. The log keeps what it has until there is some.
            if not is_no_room(error):
                raise
        else:
            self._log_bytes = 0

    def _tell_full(self, batch: list[Request]) -> None:
        """A line when the first put is refused, and one when the next is taken."""
        refused = sum(request.failure is not None for request in batch)
        if refused:
            self._metrics.store_refused.labels("enospc").inc(refused)
        puts = [request for request in batch if request.adds]
        full = any(request.failure for request in puts)
        if puts and full != self._full:
            self._full = full
            fields = {"used_bytes": self._room.used}
            if full:
                self._log.warning("the store is full", extra={"fields": fields})
            else:
                self._log.info("the store has room again", extra={"fields": fields})

    @contextmanager
    def _timed(self, batch: list[Request]) -> Iterator[None]:
        began = time.monotonic()
        yield
        seconds = time.monotonic() - began
        if any(request.writes for request in batch):
            self._metrics.store_commits.observe((), seconds)
        if seconds > SLOW_SECONDS:
            fields = {"seconds": round(seconds, 3), "requests": len(batch)}
            self._log.warning("slow commit", extra={"fields": fields})


@contextmanager
def _failing() -> Iterator[None]:
    """Whatever it is that a full disk does not explain: nobody knows what is on the disk, so nothing may go on."""
    try:
        yield
    except Exception as error:
        raise VolumeError(f"the store has failed: {error!r}") from error
