"""The one thread that owns a database's connection, and the event loop's way into it."""

import asyncio
import logging
import queue
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Any, ParamSpec, Self

from erlang_docker.errors import VolumeError
from erlang_docker.metrics.node import Metrics
from erlang_docker.storage.commits import Commits, Operation, Request
from erlang_docker.storage.copies import Copy
from erlang_docker.storage.database import Database
from otp.errors import Failure
from otp.terms.types import Atom

MAX_BATCH = 1000
MAX_BATCH_BYTES = 2 << 20
HANG_SECONDS = 5.0

P = ParamSpec("P")


class _Ended(Exception):
    """No requests will come any more."""


class DatabaseThread:
    """An async context manager. Requests that wait together are answered together, by one commit.

    `broken` is called once, in the event loop, when the disk has failed: what was not yet answered is Failure `eio`,
    and so is whatever is asked afterwards. What finds no room is Failure `enospc`.
    """

    def __init__(
        self, database: Database, metrics: Metrics, log: logging.Logger, broken: Callable[[VolumeError], None]
    ) -> None:
        self._commits = Commits(database, metrics, log)
        self._connection = database.connection
        self._metrics = metrics
        self._log = log
        self._broken = broken
        self._requests: queue.SimpleQueue[Request | None] = queue.SimpleQueue()
        self._copies: queue.SimpleQueue[Copy] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._serve, name="store")
        self._ended = asyncio.Event()
        # Written by the thread alone, each in one step; the event loop reads them, and may see what was a moment ago.
        self._failed: VolumeError | None = None
        self._busy_since: float | None = None

    async def __aenter__(self) -> Self:
        self._loop = asyncio.get_running_loop()
        self._thread.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._requests.put(None)
        # Not joined in another thread: a node must stop in order also where the system has none to give.
        await self._ended.wait()
        self._thread.join()

    @property
    def healthy(self) -> bool:
        """Whether the disk works: it has not failed, and has been silent for less than 5 seconds."""
        since = self._busy_since
        return self._failed is None and (since is None or time.monotonic() - since < HANG_SECONDS)

    async def _do(self, operation: Operation, *, writes: bool = False, adds: int = 0) -> Any:
        if not self.healthy:
            # Behind a disk that does not answer, nothing is to queue up: those who asked have long gone.
            raise self._refusal("eio" if self._failed else "busy")
        request = Request(operation, self._loop.create_future(), writes, adds)
        self._requests.put(request)
        return await request.answer

    def _refusal(self, reason: str) -> Failure:
        """A new one for each caller: an exception that is raised in two tasks mixes up their tracebacks."""
        self._metrics.store_refused.labels(reason).inc()
        return Failure("error", Atom(reason))

    def _serve(self) -> None:
        """The thread. It ends only when it is told to: what is wrong with a batch ends that batch, or the store."""
        with suppress(_Ended):
            while True:
                self._serve_batch()
                while not self._copies.empty():
                    self._make(self._copies.get())
        self._loop.call_soon_threadsafe(self._ended.set)

    def _serve_batch(self) -> None:
        batch, open_ = self._next_batch()
        self._busy_since = time.monotonic()
        self._run(batch)
        self._busy_since = None
        if not open_:
            raise _Ended

    def _make(self, copy: Copy) -> None:
        """Between its pieces the others are served, so nobody waits longer than for one."""

        def serve_waiting() -> None:
            self._busy_since = None
            while not self._requests.empty():
                self._serve_batch()
            self._busy_since = time.monotonic()

        self._busy_since = time.monotonic()
        failure = self._refusal("eio") if self._failed else copy.make(self._connection, serve_waiting)
        self._busy_since = None
        self._loop.call_soon_threadsafe(_answer, copy.answer, failure)

    def _next_batch(self) -> tuple[list[Request], bool]:
        batch: list[Request] = []
        size = 0
        request = self._requests.get()
        while request is not None:
            batch.append(request)
            size += request.adds
            if len(batch) == MAX_BATCH or size >= MAX_BATCH_BYTES or self._requests.empty():
                return batch, True
            request = self._requests.get()
        return batch, False

    def _run(self, batch: list[Request]) -> None:
        self._fail_stop(self._commits.run, batch)
        if self._failed is not None:
            for request in batch:
                request.failure = self._refusal("eio")
        self._loop.call_soon_threadsafe(_settle, batch)
        # After the answers: nobody waits for this but the next batch.
        self._fail_stop(self._commits.tidy)

    def _fail_stop(self, work: Callable[P, None], *args: P.args, **options: P.kwargs) -> None:
        if self._failed is not None:
            return
        try:
            work(*args, **options)
        except VolumeError as error:
            self._failed = error
            self._log.critical("the store has failed", exc_info=error)
            self._loop.call_soon_threadsafe(self._broken, error)


def _settle(batch: list[Request]) -> None:
    for request in batch:
        _answer(request.answer, request.failure, request.result)


def _answer(answer: asyncio.Future[Any], failure: Failure | None, result: Any = None) -> None:
    if answer.done():
        return  # whoever asked has gone
    if failure is None:
        answer.set_result(result)
    else:
        answer.set_exception(failure)
