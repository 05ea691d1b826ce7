"""Functions as users export them, good and bad ones; tests/test_user_functions.py calls them."""

import ctypes
import os
import sys
import time
from typing import Any

from otp.errors import Failure
from otp.export import export
from otp.terms.types import Atom, Term


@export("user:echo(a)")
def echo(value: Term) -> Term:
    """A term, as it is."""
    return value


@export("user:deep(5000)")
def deep(levels: int) -> Term:
    """A list in a list in a list."""
    made: Term = []
    for _ in range(levels):
        made = [made]
    return made


@export("user:text(a)")
def text(value: str) -> str:
    """A text."""
    return value


@export("user:ratio(1)")
def ratio(value: float) -> float:
    """A float."""
    return value / 3 if value else float("inf")


@export("user:flip(true)")
def flip(value: bool) -> bool:
    """The other."""
    return not value


@export("user:maybe(undefined)")
def maybe(value: int | None) -> int | None:
    """A number, or none."""
    return None if value is None else value + 1


@export('user:nested(#{"a" => [{1,true}]})')
def nested(value: dict[str, list[tuple[int, bool]]]) -> dict[str, list[tuple[int, bool]]]:
    """All of them at once."""
    return value


@export("user:bug()")
def bug() -> int:
    """Fail by accident."""
    return 1 // 0


@export("user:object()")
def object_() -> Any:
    """What is no term."""
    return object()


@export("user:refuse(x)")
def refuse(reason: Atom) -> None:
    """Fail on purpose."""
    raise Failure("throw", reason)


@export("user:leave()")
def leave() -> None:
    """Try to end the node."""
    sys.exit(3)


@export("user:worker_leave()", process=True)
def worker_leave() -> None:
    """The same from a worker."""
    sys.exit(3)


class OddError(Exception):
    """What cannot be made again from its own arguments, as many exceptions cannot."""

    def __init__(self, what: str, where: str) -> None:
        super().__init__(f"{what} in {where}")


@export("user:odd()", process=True)
def odd() -> None:
    """Fail in a way that does not travel."""
    raise OddError("a bug", "a worker")


@export("user:pid()", process=True)
def pid() -> int:
    """Where it runs."""
    return os.getpid()


@export("user:worker_bug()", process=True)
def worker_bug() -> None:
    """Fail in a worker, on purpose."""
    raise Failure("exit", Atom("worker"))


@export("user:burn()", process=True)
def burn() -> None:
    """Never end."""
    while True:
        pass


@export("user:power()", process=True)
def power() -> int:
    """Hold the interpreter for very long."""
    number: int = 9**9**9
    return number


@export("user:count()", process=True)
def count() -> int:
    """Be deaf to signals: no step of Python between."""
    return sum(range(10**12))


@export("user:sleep()", process=True)
def sleep() -> None:
    """Use no time of a processor, and say so."""
    sys.stdout.write("asleep\n")
    sys.stdout.flush()
    time.sleep(1000)


@export("user:memory()", process=True)
def memory() -> int:
    """Take more than there is."""
    return len(bytearray(1 << 30))


@export("user:large()", process=True)
def large() -> bytes:
    """Give too much."""
    return bytes(2 << 20)


@export("user:die()", process=True)
def die() -> None:
    """Take the worker along."""
    os._exit(3)


@export("user:segfault()", process=True)
def segfault() -> None:
    """The same, worse."""
    ctypes.string_at(0)


@export("user:slow()", process=True)
def slow() -> str:
    """Take a moment."""
    time.sleep(0.2)
    return "done"
