"""The store: terms under terms, on the volume."""

import shutil
from pathlib import Path

from erlang_docker.storage.copies import Copy
from erlang_docker.storage.database_thread import DatabaseThread
from erlang_docker.storage.rows import from_bytes, key_text, limit, to_bytes
from otp.terms.types import Term

MAX_KEYS = 10_000


class Store(DatabaseThread):
    """Asks the thread, in SQL, and fails as it does."""

    async def put(self, key: Term, value: Term) -> None:
        """Returns once the value is on the disk; Failure `system_limit` for a key or value that is too large."""
        row = (key_text(key), to_bytes(key), to_bytes(value))
        await self._do(
            lambda c: c.execute("INSERT OR REPLACE INTO entries VALUES (?, ?, ?)", row).rowcount,
            writes=True,
            adds=sum(map(len, row)),
        )

    async def get(self, key: Term) -> Term | None:
        """The value, or None where there is none."""
        text = (key_text(key),)
        row = await self._do(lambda c: c.execute("SELECT value FROM entries WHERE text = ?", text).fetchone())
        return None if row is None else from_bytes(row[0])

    async def delete(self, key: Term) -> None:
        """Returns once the key is gone from the disk."""
        text = (key_text(key),)
        await self._do(lambda c: c.execute("DELETE FROM entries WHERE text = ?", text).rowcount, writes=True)

    async def keys(self) -> list[Term]:
        """All keys in the order of their texts; Failure `system_limit` when there are more than 10,000."""
        query = f"SELECT key FROM entries ORDER BY text LIMIT {MAX_KEYS + 1}"
        rows = await self._do(lambda c: c.execute(query).fetchall())
        limit(len(rows), MAX_KEYS)
        return [from_bytes(data) for (data,) in rows]

    async def size(self) -> int:
        """How many keys there are."""
        (count,) = await self._do(lambda c: c.execute("SELECT count(*) FROM entries").fetchone())
        return int(count)

    async def measure(self, data_dir: Path) -> None:
        """Say how much room is on the volume; Failure as any read. In the thread: a disk may not answer."""
        usage = await self._do(lambda c: shutil.disk_usage(data_dir))
        self._metrics.volume_free.set(usage.free)
        self._metrics.volume_size.set(usage.total)

    async def copy(self, path: Path) -> None:
        """Write all of it to a file while calls go on; Failure `enospc` where there is no room for it."""
        copy = Copy(path, self._loop.create_future())
        self._copies.put(copy)
        await self.size()  # the thread looks for copies when it has answered something
        await copy.answer
