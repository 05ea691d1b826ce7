"""The address of a service, kept through outages of the DNS."""

import asyncio
import logging
import time

from erlang_docker.errors import NotSent
from erlang_docker.peers.resolve import Resolve

FRESH_SECONDS = 5.0
"""After this the name is looked up again. The address only changes when the service is deleted and created."""

RETRY_SECONDS = 1.0
"""Between two lookups while they fail."""


class ServiceAddress:
    """Resolves one name. Once it has, it never waits: a stale address is used while a lookup runs beside the call."""

    def __init__(self, host: str, resolve: Resolve, log: logging.Logger, fresh_seconds: float = FRESH_SECONDS) -> None:
        self._host = host
        self._log = log
        self._failing = False
        self._resolve = resolve
        self._fresh_seconds = fresh_seconds
        self._address = ""
        self._fresh_until = 0.0
        self._lookup: asyncio.Task[None] | None = None

    async def get(self, deadline: float) -> str:
        """The last address that is known; when none ever was, NotSent, or TimeoutError past the deadline."""
        if not self._address:
            async with asyncio.timeout_at(deadline):
                await self._refresh()
        elif time.monotonic() > self._fresh_until and self._lookup is None:
            # One at a time: while it runs, `_lookup` is not None, and nothing is awaited between the two lines.
            self._lookup = asyncio.create_task(self._try_refresh())
        return self._address

    async def _refresh(self) -> None:
        self._address = (await self._resolve(self._host))[0]
        self._fresh_until = time.monotonic() + self._fresh_seconds

    async def _try_refresh(self) -> None:
        try:
            await self._refresh()
        except NotSent as error:
            self._fresh_until = time.monotonic() + min(RETRY_SECONDS, self._fresh_seconds)
            self._report(failing=True, reason=str(error))
        else:
            self._report(failing=False)
        finally:
            self._lookup = None

    def _report(self, failing: bool, **more: object) -> None:
        """Once when the DNS goes away, once when it is back."""
        if failing == self._failing:
            return
        self._failing = failing
        fields = {"fields": {"host": self._host, "address": self._address, **more}}
        if failing:
            self._log.warning("service name does not resolve, its last address is used", extra=fields)
        else:
            self._log.info("service name resolves again", extra=fields)
