"""Copies of the store on its own volume, as of one moment, made while it is used.

SQLite's backup brings a page that was copied already up to date when it is written again, as long as it is written by
the connection that the backup reads: here there is no other. So the copy is what the store was when the last page came.
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from erlang_docker.storage.room import is_no_room, no_room
from otp.errors import Failure
from otp.terms.types import Atom

PAGES = 256
"""1 MiB is copied at once; whoever uses the store waits that long."""


@dataclass(frozen=True, slots=True)
class Copy:
    """One that is asked for."""

    path: Path
    answer: asyncio.Future[None]

    def make(self, connection: sqlite3.Connection, between: Callable[[], None]) -> Failure | None:
        """In the store's thread; `between` is called after each piece, and what it raises ends the copy."""

        def go_on(*_: int) -> None:
            # A look at it from this thread is safe; at worst another piece is copied for nobody.
            if self.answer.done():
                raise _GivenUp
            between()

        try:
            with closing(sqlite3.connect(self.path, isolation_level=None)) as target:
                # What is not finished is of no use, and goes.
                target.execute("PRAGMA journal_mode=OFF")
                target.execute("PRAGMA synchronous=OFF")
                connection.backup(target, pages=PAGES, progress=go_on)
            with closing(sqlite3.connect(self.path, isolation_level=None)) as target:
                # One file that can be read anywhere, also where nothing can be written beside it.
                target.execute("PRAGMA journal_mode=DELETE")
        except _GivenUp:
            return None
        except sqlite3.Error as error:
            return no_room() if is_no_room(error) else Failure("error", Atom("eio"))
        return None


class _GivenUp(Exception):
    """Who asked for the copy has gone."""


MakeCopy: TypeAlias = Callable[[Path], Awaitable[None]]


class Copies:
    """One at a time, each there for as long as it is used."""

    def __init__(self, make: MakeCopy, path: Path) -> None:
        self._make = make
        self._path = path
        self._under_way = False

    @asynccontextmanager
    async def take(self) -> AsyncIterator[Path]:
        """The file; Failure `busy` while there is another, `enospc` where there is no room, `eio` for a failed disk."""
        if self._under_way:
            raise Failure("error", Atom("busy"))
        self._under_way = True
        try:
            await self._make(self._path)
            yield self._path
        finally:
            self._path.unlink(missing_ok=True)
            self._under_way = False
