"""Room on the volume: what the store is sure to have before it promises anything.

SQLite writes twice: into its log, and when the log is tidied up, from there into the database. The log's room is taken
when the store is first opened, and kept while it is closed; the database is made longer before the commit that needs
it; and a little is left for deletes. So on a full disk a put is refused while it can still be, and a delete, a read and
a start need no room that is not there already.
"""

import errno
import os
import shutil
import sqlite3
from contextlib import suppress
from pathlib import Path

from otp.errors import Failure
from otp.terms.types import Atom

RESERVE_BYTES = 8 << 20
VOLUME_SHARE = 1 / 16
_ZEROS = bytes(1 << 16)
_LOG_HEADER_BYTES = 32
_LAST_BYTES = 1 << 16
"""What a file beside the database holds for deletes. While it is not there in full, nothing is put."""
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT)


class Room:
    """How much of the database is used, and how much may be. Belongs to the store's thread, as its connection does."""

    def __init__(self, connection: sqlite3.Connection, file: int, last: int, max_bytes: int) -> None:
        self._connection = connection
        self._file = file
        self._last = last
        self.max_bytes = max_bytes
        self._page_bytes = self._ask("page_size")
        with suppress(Failure):
            _extend(last, _LAST_BYTES)

    @property
    def used(self) -> int:
        """Bytes, whole pages; what was deleted is not among them, though the file stays as long as it was."""
        return (self._ask("page_count") - self._ask("freelist_count")) * self._page_bytes

    def claim(self, before: int, *, budgeted: bool) -> int:
        """Make sure, within a transaction, that it can be kept; what is used with it. Failure `enospc` if it cannot.

        Whatever is `budgeted` must not use more than `before` it when that is more than the budget.
        """
        used = self.used
        if budgeted and used > max(before, self.max_bytes):
            raise no_room()
        size = self._ask("page_count") * self._page_bytes
        if budgeted:
            _extend(self._last, _LAST_BYTES)
            _extend(self._file, size)
        else:
            self._extend_with_the_last(size)
        return used

    def _extend_with_the_last(self, size: int) -> None:
        """Once in thousands, a delete moves a long key to where it needs a page more than before."""
        try:
            _extend(self._file, size)
        except Failure:
            os.ftruncate(self._last, 0)
            _extend(self._file, size)

    def _ask(self, pragma: str) -> int:
        (value,) = self._connection.execute(f"PRAGMA {pragma}").fetchone()
        return int(value)


def no_room() -> Failure:
    """A new one for each caller: an exception that is raised in two tasks mixes up their tracebacks."""
    return Failure("error", Atom("enospc"))


def is_no_room(error: Exception) -> bool:
    """Whether that is all that is wrong with the disk."""
    if isinstance(error, OSError):
        return error.errno in _NO_ROOM
    return getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL


def default_reserve(data_dir: Path) -> int:
    """8 MiB, or a sixteenth of a small volume."""
    return min(RESERVE_BYTES, int(shutil.disk_usage(data_dir).total * VOLUME_SHARE))


def restore_log(log: Path, spare: Path) -> None:
    """Give the log the room that it had: before SQLite opens it, and after it was closed.

    SQLite unlinks its log when it closes, and not when it is killed: then the log is still there, under both names.
    """
    if log.exists() or not spare.exists():
        spare.unlink(missing_ok=True)
        return
    with spare.open("r+b") as file:
        # Without its header it is an empty log. What was in it is in the database, which may have changed since.
        file.write(bytes(_LOG_HEADER_BYTES))
    spare.rename(log)


def reserve_log(log: Path, spare: Path, size: int) -> None:
    """Take the log's room, as far as there is, and a second name that keeps it once SQLite unlinks the first.

    SQLite has it open: what is behind its last page is nothing to it.
    """
    with suppress(Failure), log.open("r+b") as file:
        _extend(file.fileno(), size)
    with suppress(OSError):  # some file systems have no second names
        spare.hardlink_to(log)


def _extend(file: int, size: int) -> None:
    """Write zeros behind the end, which takes room everywhere; all of it or, with Failure `enospc`, nothing."""
    end = start = os.fstat(file).st_size
    try:
        while end < size:
            end += os.pwrite(file, _ZEROS[: size - end], end)
    except OSError as error:
        os.ftruncate(file, start)
        if is_no_room(error):
            raise no_room() from error
        raise
