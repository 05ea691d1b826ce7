"""Worker processes, for functions that would hold up the event loop; they have limits, and are killed at the deadline.

Started at the first call, spawned and not forked: gRPC does not survive a fork (grpc/grpc#18321).
"""

import asyncio
import logging
import multiprocessing
import pickle
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar

from erlang_docker.errors import Busy
from erlang_docker.functions.worker import WorkerError, begin, run
from otp.errors import Failure

if TYPE_CHECKING:
    from pebble import ProcessFuture, ProcessPool

WORKERS = 2
MAX_CALLS = 64
"""Running or waiting for a worker; beyond, `busy` at once."""

T = TypeVar("T")


class Workers:
    """An async context manager around a pool of processes; on its way out it kills them."""

    def __init__(self, log: logging.Logger) -> None:
        self._log = log
        self._pool: ProcessPool | None = None
        self._calls: set[ProcessFuture[bytes]] = set()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="workers")

    async def __aenter__(self) -> Self:
        # Now, and for as long as the node lives: where the system has no more processes to give, it has no more threads
        # either, and a broken pool has to be ended all the same.
        await self._in_thread(bool)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self._in_thread(self._end_pool)
        self._thread.shutdown()

    async def run(self, function: Callable[..., Any], *args: Any) -> Any:
        """What the function gives; cancelled, its worker is killed.

        Raises Busy when too many calls are here, or no process is to be had; the function's own Failure, and
        `system_limit` when it takes too much memory or gives too large a result; WorkerError for whatever else it
        raises, also to end its process.
        """
        if len(self._calls) >= MAX_CALLS:
            raise Busy
        call = (await self._running_pool()).schedule(run, (function, args))
        self._calls.add(call)
        call.add_done_callback(self._calls.discard)
        result = await asyncio.wrap_future(call)
        outcome = pickle.loads(result)
        if isinstance(outcome, Failure | WorkerError):
            raise outcome
        return outcome

    async def _running_pool(self) -> "ProcessPool":
        """The pool, or a new one: it breaks when a worker dies that has nothing to do, or cannot be replaced."""
        if self._pool is not None and self._pool.active:
            return self._pool
        try:
            return await self._in_thread(self._renewed_pool)
        except (OSError, RuntimeError) as error:  # of multiprocessing, threading or pebble
            reason = str(error.__cause__ or error)
            self._log.warning("no worker process can be started", extra={"fields": {"reason": reason}})
            raise Busy(reason) from error

    def _in_thread(self, work: Callable[[], T]) -> asyncio.Future[T]:
        """One after the other, and to its end, whoever is cancelled meanwhile."""
        return asyncio.get_running_loop().run_in_executor(self._thread, work)

    def _renewed_pool(self) -> "ProcessPool":
        if self._pool is None or not self._pool.active:
            self._end_pool()
            self._pool = _started_pool()
        return self._pool

    def _end_pool(self) -> None:
        if self._pool is not None:
            _end(self._pool)
            self._pool = None


def _started_pool() -> "ProcessPool":
    """With its processes and threads: all of them, or none."""
    from pebble import ProcessPool  # here, because most nodes never need its megabyte

    pool = ProcessPool(WORKERS, initializer=begin, context=multiprocessing.get_context("spawn"))
    try:
        assert pool.active  # to ask is to start it
    except (OSError, RuntimeError):
        _end(pool)
        raise
    return pool


def _end(pool: "ProcessPool") -> None:
    pool.stop()  # type: ignore[no-untyped-call]
    pool.join()
