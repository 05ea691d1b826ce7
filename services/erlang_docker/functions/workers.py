"""Worker processes, for functions that would hold up the event loop; they have limits, and are killed at the deadline.

Started at the first call, spawned and not forked: gRPC does not survive a fork (grpc/grpc#18321).
"""

import asyncio
import fcntl
import multiprocessing
import os
import pickle
import resource
import signal
from collections.abc import Callable
from pathlib import Path
from traceback import format_exc
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from erlang_docker.errors import Busy
from otp.errors import Failure
from otp.stdlib.arguments import fail
from otp.terms.types import SYSTEM_LIMIT

if TYPE_CHECKING:
    from pebble import ProcessFuture, ProcessPool

WORKERS = 2
MAX_CALLS = 64
"""Running or waiting for a worker; beyond, `busy` at once."""
MEMORY_BYTES = 256 << 20
"""What a worker may take besides what it begins with."""
CPU_SECONDS = 6
"""Of one call: longer than any deadline, for a worker whose node is gone."""
NICENESS = 10
"""The node goes first where they want the same processor."""
MAX_RESULT_BYTES = 1 << 20
MAX_TRACEBACK_CHARACTERS = 64 << 10


class WorkerError(Exception):
    """A function's own bug, as its worker's traceback tells it."""


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
        """What the function gives; cancelled, its worker is killed.

        Raises Busy when too many calls are here; the function's own Failure, and `system_limit` when it takes too much
        memory or gives too large a result; WorkerError for whatever else it raises, also to end its process.
        """
        if len(self._calls) >= MAX_CALLS:
            raise Busy
        call = (await self._running_pool()).schedule(_run, (function, args))
        self._calls.add(call)
        call.add_done_callback(self._calls.discard)
        result = await asyncio.wrap_future(call)
        outcome = pickle.loads(result)
        if isinstance(outcome, Failure | WorkerError):
            raise outcome
        return outcome

    async def _running_pool(self) -> "ProcessPool":
        """The pool, or a new one: it breaks when a worker dies that has nothing to do."""
        if self._pool is not None and not self._pool.active:
            broken, self._pool = self._pool, None
            await asyncio.to_thread(broken.join)
        if self._pool is None:
            from pebble import ProcessPool  # here, because most nodes never need its megabyte

            context = multiprocessing.get_context("spawn")
            self._pool = ProcessPool(WORKERS, initializer=_begin, context=context)
        return self._pool


def _begin() -> None:
    """In the worker, as it starts."""
    # The pool's own handler runs only between two steps of Python, and the pool waits for it.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    os.nice(NICENESS)
    _end_with_node()
    _limit_memory()


def _end_with_node() -> None:
    """Have the kernel end this process by SIGIO (fcntl(2), O_ASYNC) when the node's end of their pipe closes.

    A node that was killed tells nobody, and no code of ours runs while the function does.
    """
    node = multiprocessing.parent_process()
    assert node is not None
    fcntl.fcntl(node.sentinel, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(node.sentinel, fcntl.F_SETFL, fcntl.fcntl(node.sentinel, fcntl.F_GETFL) | os.O_ASYNC)


def _limit_memory() -> None:
    """Only Linux says what the worker has taken, and holds it to a limit."""
    statm = Path("/proc/self/statm")
    if statm.exists():
        begun = int(statm.read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (begun + MEMORY_BYTES,) * 2)


def _run(function: Callable[..., Any], args: tuple[Any, ...]) -> bytes:
    """In the worker: what the function gives or raises, pickled; nothing else could break the pool or end the node."""
    _limit_cpu()
    try:
        result = pickle.dumps(function(*args))
        return result if len(result) <= MAX_RESULT_BYTES else fail(SYSTEM_LIMIT)
    except MemoryError:
        return pickle.dumps(Failure("error", SYSTEM_LIMIT))
    except Failure as error:
        return pickle.dumps(Failure(error.kind, error.reason))
    except BaseException:
        return pickle.dumps(WorkerError(format_exc()[-MAX_TRACEBACK_CHARACTERS:]))


def _limit_cpu() -> None:
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + CPU_SECONDS, hard))
