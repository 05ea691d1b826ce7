"""Files that are read again while a node runs: what was good last is what counts.

Kubernetes replaces the files of a mounted Secret or ConfigMap at once, by turning a link, within about a minute of the
change. By hand they may be replaced one by one. Contents are compared, not times or inodes, which sees both.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, Generic, TypeVar

from erlang_docker.errors import SettingsError

POLL_SECONDS = 0.5

T = TypeVar("T")


class Reloaded(Generic[T]):
    """What `read` gave last that `use` took; `use` puts it into service and says what the log is to tell of it.

    Both raise SettingsError: at first it is raised, later the value before stays.
    """

    def __init__(
        self, what: str, read: Callable[[], T], use: Callable[[T], Mapping[str, object]], log: logging.Logger
    ) -> None:
        self._what = what
        self._read = read
        self._use = use
        self._log = log
        self._problem = ""
        self._told = ""
        self._current = read()
        use(self._current)

    def get(self) -> T:
        """The value in service."""
        return self._current

    def reload(self) -> None:
        """Read again."""
        try:
            found = self._read()
            if found != self._current:
                fields = self._use(found)
                self._current = found
                self._log.info(f"{self._what} reloaded", extra={"fields": fields})
            self._problem = self._told = ""
        except SettingsError as error:
            self._keep(str(error))

    def _keep(self, problem: str) -> None:
        """Said once, and not at first sight: a read in the middle of a change sees half of it."""
        if problem == self._problem != self._told:
            self._log.warning(f"{self._what} not reloaded, the last one is kept", extra={"fields": {"reason": problem}})
            self._told = problem
        self._problem = problem


@asynccontextmanager
async def following(files: Sequence[Reloaded[Any]]) -> AsyncIterator[None]:
    """Read them again, twice a second, for as long as the context lasts."""
    follower = asyncio.create_task(_follow(files))
    try:
        yield
    finally:
        follower.cancel()
        await asyncio.gather(follower, return_exceptions=True)


async def _follow(files: Sequence[Reloaded[Any]]) -> None:
    """In the event loop: a few small files in memory are read in less time than it takes to ask a thread."""
    while True:
        await asyncio.sleep(POLL_SECONDS)
        for each in files:
            each.reload()
