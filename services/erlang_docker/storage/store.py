"""The store: terms under terms, on the volume.

One thread owns the connection and commits what waits in one transaction, so that many writers share one fsync.
"""

import asyncio
import queue
import sqlite3
import threading
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from erlang_docker import wire
from erlang_docker.errors import StateError
from erlang_docker.v1 import term_pb2
from otp.errors import ErlangError, Failure
from otp.terms.print.one_line import one_line
from otp.terms.types import SYSTEM_LIMIT, Atom, Term

MAX_KEY_CHARACTERS = 4096
MAX_VALUE_BYTES = 1 << 20
MAX_KEYS = 10_000
MAX_BATCH = 1000

Operation = Callable[[sqlite3.Connection], Any]


@dataclass(slots=True)
class _Request:
    operation: Operation
    answer: asyncio.Future[Any]
    result: Any = None


class Store:
    """An async context manager around the database's one thread.

    `broken` is called once, in the event loop, when the disk has failed: what was not yet answered is refused, and
    nothing is tried again, for after a failed fsync the next one may lie.
    """

    def __init__(self, connection: sqlite3.Connection, broken: Callable[[StateError], None]) -> None:
        self._connection = connection
        self._broken = broken
        self._failed: StateError | None = None
        self._requests: queue.SimpleQueue[_Request | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._serve, name="store")

    async def __aenter__(self) -> Self:
        self._loop = asyncio.get_running_loop()
        self._thread.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._requests.put(None)
        await asyncio.to_thread(self._thread.join)

    async def put(self, key: Term, value: Term) -> None:
        """Returns once the value is on the disk; Failure `system_limit` for a key or value that is too large."""
        row = (_text(key), _bytes(key), _bytes(value))
        await self._do(lambda c: c.execute("INSERT OR REPLACE INTO entries VALUES (?, ?, ?)", row).rowcount)

    async def get(self, key: Term) -> Term | None:
        """The value, or None where there is none."""
        text = (_text(key),)
        row = await self._do(lambda c: c.execute("SELECT value FROM entries WHERE text = ?", text).fetchone())
        return None if row is None else _term(row[0])

    async def delete(self, key: Term) -> None:
        """Returns once the key is gone from the disk."""
        text = (_text(key),)
        await self._do(lambda c: c.execute("DELETE FROM entries WHERE text = ?", text).rowcount)

    async def keys(self) -> list[Term]:
        """All keys in the order of their texts; Failure `system_limit` when there are more than 10,000."""
        query = f"SELECT key FROM entries ORDER BY text LIMIT {MAX_KEYS + 1}"
        rows = await self._do(lambda c: c.execute(query).fetchall())
        _limit(len(rows), MAX_KEYS)
        return [_term(data) for (data,) in rows]

    async def size(self) -> int:
        """How many keys there are."""
        (count,) = await self._do(lambda c: c.execute("SELECT count(*) FROM entries").fetchone())
        return int(count)

    async def _do(self, operation: Operation) -> Any:
        request = _Request(operation, self._loop.create_future())
        self._requests.put(request)
        return await request.answer

    def _serve(self) -> None:
        open_ = True
        while open_:
            batch = [self._requests.get()]
            while len(batch) < MAX_BATCH and not self._requests.empty():
                batch.append(self._requests.get())
            open_ = None not in batch
            self._commit([request for request in batch if request is not None])

    def _commit(self, batch: list[_Request]) -> None:
        error = self._failed or self._run(batch)
        self._loop.call_soon_threadsafe(_settle, batch, error)

    def _run(self, batch: list[_Request]) -> ErlangError | None:
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            for request in batch:
                request.result = request.operation(self._connection)
            self._connection.execute("COMMIT")
        except sqlite3.Error as error:
            return self._refuse(error)
        return None

    def _refuse(self, error: sqlite3.Error) -> ErlangError:
        """A full disk refuses what was asked; any other fault of it is the end."""
        if self._connection.in_transaction:
            self._connection.rollback()
        if error.sqlite_errorcode == sqlite3.SQLITE_FULL:
            return Failure("error", Atom("enospc"))
        self._failed = StateError(f"the store has failed: {error}")
        self._loop.call_soon_threadsafe(self._broken, self._failed)
        return self._failed


def _settle(batch: list[_Request], error: ErlangError | None) -> None:
    for request in batch:
        if request.answer.done():
            continue
        if error is None:
            request.answer.set_result(request.result)
        else:
            request.answer.set_exception(error)


def _text(key: Term) -> str:
    """A key as it is printed on one line: the same for equal keys, and readable with any SQLite tool."""
    text = one_line(key)
    _limit(len(text), MAX_KEY_CHARACTERS)
    return text


def _bytes(term: Term) -> bytes:
    message = term_pb2.Term()
    wire.encode(term, message)
    data: bytes = message.SerializeToString()
    _limit(len(data), MAX_VALUE_BYTES)
    return data


def _term(data: bytes) -> Term:
    return wire.decode(term_pb2.Term.FromString(data))


def _limit(size: int, most: int) -> None:
    if size > most:
        raise Failure("error", SYSTEM_LIMIT)
