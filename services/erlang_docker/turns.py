"""Long work on terms, one piece after another, beside the event loop and its other business."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Self, TypeVar

from erlang_docker.errors import CallTimeout
from otp.terms.types import Atom, ImproperList, Map, Term

LONG_CHARACTERS = 1000
"""A text or a value of more is read, computed with, printed or encoded in a turn of its own."""

_SIZED = (Atom, bytes, list, tuple, Map)

A = TypeVar("A")
B = TypeVar("B")


class Turns:
    """An async context manager with a thread of its own; who waits longest is next.

    The work is pure, terms in and terms out, so the thread shares nothing with the event loop. One thread: Python runs
    one at a time anyway, and the more there are, the longer the event loop waits for its own turn.
    """

    async def __aenter__(self) -> Self:
        self._loop = asyncio.get_running_loop()
        self._thread = ThreadPoolExecutor(1, "turns")
        await self._loop.run_in_executor(self._thread, bool)  # now: later there may be no thread to be had
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def take(self, work: Callable[[A], B], item: A, deadline: float) -> B:
        """Do it when its turn comes; CallTimeout when it is not done by the deadline, in the event loop's time.

        What nobody waits for any more is left out when its turn comes.
        """
        try:
            async with asyncio.timeout_at(deadline):
                return await self._loop.run_in_executor(self._thread, work, item)
        except TimeoutError as error:
            raise CallTimeout from error


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
