"""The address of a service, kept through outages of the DNS."""

import asyncio
import time
from contextlib import suppress

from erlang_docker.errors import NotSent
from erlang_docker.peers.resolve import Resolve

FRESH_SECONDS = 5.0
"""After this the name is looked up again. The address only changes when the service is deleted and created."""


class ServiceAddress:
    """Resolves one name. Once it has, it never waits: a stale address is used while a lookup runs beside the call."""

    def __init__(self, host: str, resolve: Resolve, fresh_seconds: float = FRESH_SECONDS) -> None:
        self._host = host
        self._resolve = resolve
        self._fresh_seconds = fresh_seconds
        self._address = ""
        self._fresh_until = 0.0
        self._lookup: asyncio.Task[None] | None = None

    async def get(self) -> str:
        """The last address that is known; NotSent when none ever was."""
        if not self._address:
            await self._refresh()
        elif time.monotonic() > self._fresh_until and self._lookup is None:
            self._lookup = asyncio.create_task(self._try_refresh())
        return self._address

    async def _refresh(self) -> None:
        self._address = (await self._resolve(self._host))[0]
        self._fresh_until = time.monotonic() + self._fresh_seconds

    async def _try_refresh(self) -> None:
        with suppress(NotSent):
            await self._refresh()
        self._lookup = None
