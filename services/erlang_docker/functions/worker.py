"""What runs in a worker process: its limits, and one function after another."""

import fcntl
import multiprocessing
import os
import pickle
import resource
import signal
from collections.abc import Callable
from pathlib import Path
from traceback import format_exc
from typing import Any

from otp.errors import Failure
from otp.stdlib.arguments import fail
from otp.terms.types import SYSTEM_LIMIT

MEMORY_BYTES = 256 << 20
"""What a worker may take besides what it begins with."""
CPU_SECONDS = 6
"""Of one call: longer than any deadline, for a worker whose node is gone."""
NICENESS = 10
"""The node goes first where they want the same processor."""
MAX_RESULT_BYTES = 1 << 20
MAX_TRACEBACK_CHARACTERS = 64 << 10


class OutOfMemory(Failure):
    """`system_limit`, because the worker may not take as much."""


class WorkerError(Exception):
    """A function's own bug, as its worker's traceback tells it."""


def begin() -> None:
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


def run(function: Callable[..., Any], args: tuple[Any, ...]) -> bytes:
    """In the worker: what the function gives or raises, pickled; nothing else could break the pool or end the node."""
    _limit_cpu()
    try:
        result = pickle.dumps(function(*args))
        return result if len(result) <= MAX_RESULT_BYTES else fail(SYSTEM_LIMIT)
    except MemoryError:
        return pickle.dumps(OutOfMemory("error", SYSTEM_LIMIT))
    except Failure as error:
        return pickle.dumps(Failure(error.kind, error.reason))
    except BaseException:
        return pickle.dumps(WorkerError(format_exc()[-MAX_TRACEBACK_CHARACTERS:]))


def _limit_cpu() -> None:
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + CPU_SECONDS, hard))
