"""Worker processes, for functions that would hold up the event loop; they have limits, and are killed at the deadline.

Started at the first call, spawned and not forked: gRPC does not survive a fork (grpc/grpc#18321).
"""

import asyncio
import logging
import pickle
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.context import SpawnContext, SpawnProcess
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar

from erlang_docker.errors import Busy
from erlang_docker.functions.worker import OutOfMemory, WorkerError, begin, run
from erlang_docker.metrics.node import Metrics
from otp.errors import Failure

if TYPE_CHECKING:
    from pebble import ProcessFuture, ProcessPool

WORKERS = 2
MAX_CALLS = 64
"""Running or waiting for a worker; beyond, `busy` at once."""

T = TypeVar("T")


class Workers:
    """An async context manager around a pool of processes; on its way out it kills them."""

    def __init__(self, metrics: Metrics, log: logging.Logger) -> None:
        self._metrics = metrics
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
        outcome = pickle.loads(await self._result(call))
        if isinstance(outcome, OutOfMemory):
            self._metrics.workers_out_of_memory.inc()
        if isinstance(outcome, Failure | WorkerError):
            raise outcome
        return outcome

    async def _result(self, call: "ProcessFuture[bytes]") -> bytes:
        """Shielded, so that here is seen whether the call had a worker when it was cancelled."""
        from pebble import ProcessExpired

        try:
            return await asyncio.shield(asyncio.wrap_future(call))
        except asyncio.CancelledError:
            has_worker = call.running()
            if call.cancel() and has_worker:  # type: ignore[no-untyped-call]
                self._metrics.workers_killed.inc()
            raise
        except ProcessExpired:
            self._metrics.workers_died.inc()
            raise

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
            self._pool = _started_pool(self._metrics.workers_started.inc)
        return self._pool

    def _end_pool(self) -> None:
        if self._pool is not None:
            _end(self._pool)
            self._pool = None


class _Spawn(SpawnContext):
    """Starts processes, and says so: the pool makes new ones of those that have ended."""

    def __init__(self, started: Callable[[], None]) -> None:
        self._started = started

    def Process(self, *args: Any, **options: Any) -> SpawnProcess:  # type: ignore[override] # noqa: N802
        self._started()
        return SpawnProcess(*args, **options)


def _started_pool(started: Callable[[], None]) -> "ProcessPool":
    """With its processes and threads: all of them, or none. `started` is called for each process, in any thread."""
    from pebble import ProcessPool  # here, because most nodes never need its megabyte

    pool = ProcessPool(WORKERS, initializer=begin, context=_Spawn(started))
    try:
        assert pool.active  # to ask is to start it
    except (OSError, RuntimeError):
        _end(pool)
        raise
    return pool


def _end(pool: "ProcessPool") -> None:
    pool.stop()  # type: ignore[no-untyped-call]
    pool.join()
