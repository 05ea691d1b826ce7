"""Long work of the event loop, one piece after another, with its other business in between."""

import asyncio
import time
from collections.abc import Callable
from typing import TypeVar

from erlang_docker.errors import CallTimeout
from otp.terms.types import Atom, ImproperList, Map, Term

LONG_CHARACTERS = 1000
"""A text or a value of more is read or printed in a turn of its own."""

REST_SECONDS = 0.005
"""Before a turn, or as long as the turn before it took, if that is less."""

_SIZED = (Atom, bytes, list, tuple, Map)

A = TypeVar("A")
B = TypeVar("B")


class Turns:
    """Who waits longest is next.

    Before a turn the event loop is idle for a moment: new calls over gRPC come in from another thread, one by one, and
    one that stood at the door for as long as others are printed would have no deadline of ours.
    """

    def __init__(self) -> None:
        self._turn = asyncio.Lock()
        self._took = 0.0

    async def take(self, work: Callable[[A], B], item: A, deadline: float) -> B:
        """Do it when its turn comes; CallTimeout when that is not before the deadline, in the event loop's time."""
        try:
            async with asyncio.timeout_at(deadline), self._turn:
                await asyncio.sleep(min(REST_SECONDS, self._took))
                return self._work(work, item)
        except TimeoutError as error:
            raise CallTimeout from error

    def _work(self, work: Callable[[A], B], item: A) -> B:
        begun = time.perf_counter()
        try:
            return work(item)
        finally:
            self._took = time.perf_counter() - begun


def is_short(term: Term) -> bool:
    """Whether it prints about LONG_CHARACTERS at most; found in so many steps, however large or deep it is."""
    left = LONG_CHARACTERS
    terms = [term]
    while terms and left >= 0:
        part = terms.pop()
        left -= 1
        if isinstance(part, int):  # as most are where there are many
            continue
        left -= len(part) if isinstance(part, _SIZED) else 0
        if left < 0:
            return False
        if isinstance(part, (list, tuple)):
            terms.extend(part)
        elif isinstance(part, ImproperList):
            terms += (part.tail, part.items)
        elif isinstance(part, Map):
            for key, value in part.items():
                terms += (key, value)
    return left >= 0
