"""Worker processes, for functions that would hold up the event loop; they have limits, and are killed at the deadline.

Started at the first call, spawned and not forked: gRPC does not survive a fork (grpc/grpc#18321).
"""

import asyncio
import multiprocessing
import pickle
import resource
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from pebble import ProcessFuture, ProcessPool

from erlang_docker.errors import Busy
from erlang_docker.functions.arguments import SYSTEM_LIMIT, fail

WORKERS = 2
MAX_CALLS = 64
"""Running or waiting for a worker; beyond, `busy` at once."""
MEMORY_BYTES = 256 << 20
"""What a worker may take besides what it begins with."""
CPU_SECONDS = 6
"""Of one call: longer than any deadline, for a worker whose node is gone."""
MAX_RESULT_BYTES = 1 << 20


class Workers:
    """An async context manager around a pool of processes; on its way out it kills them."""

    def __init__(self) -> None:
        self._pool: ProcessPool | None = None
        self._calls: set[ProcessFuture[bytes]] = set()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._pool is not None:
            self._pool.stop()  # type: ignore[no-untyped-call]
            await asyncio.to_thread(self._pool.join)

    async def run(self, function: Callable[..., Any], *args: Any) -> Any:
        """What the function gives or raises; cancelled, its worker is killed.

        Raises Busy when too many calls are here; Failure `system_limit` when it takes too much memory or gives too
        large a result.
        """
        if len(self._calls) >= MAX_CALLS:
            raise Busy
        if self._pool is None:
            context = multiprocessing.get_context("spawn")
            self._pool = ProcessPool(WORKERS, initializer=_limit_memory, context=context)
        call = self._pool.schedule(_run, (function, args))
        self._calls.add(call)
        call.add_done_callback(self._calls.discard)
        result = await asyncio.wrap_future(call)
        return pickle.loads(result)


def _limit_memory() -> None:
    """In the worker, as it starts; only Linux says what it has taken, and holds it to a limit."""
    statm = Path("/proc/self/statm")
    if statm.exists():
        begun = int(statm.read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (begun + MEMORY_BYTES,) * 2)


def _run(function: Callable[..., Any], args: tuple[Any, ...]) -> bytes:
    """In the worker: the result pickled, if it is not too large."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + CPU_SECONDS, hard))
    try:
        result = pickle.dumps(function(*args))
    except MemoryError:
        fail(SYSTEM_LIMIT)
    return result if len(result) <= MAX_RESULT_BYTES else fail(SYSTEM_LIMIT)
