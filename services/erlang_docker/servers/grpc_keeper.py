"""A gRPC port that stays open, whatever ends the server behind it.

grpcio's asyncio server decodes the path of a call in the loop that takes calls, so that a single one whose path is not
UTF-8 ends the loop: what runs goes on, and nothing new is taken. Another server then takes its place.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Self

from grpc import aio

from erlang_docker.servers.refusals import Refusals
from erlang_docker.settings import Address

LOOK_SECONDS = 0.05

Make = Callable[[Address], tuple[aio.Server, int]]
"""A server that is bound and not yet started, and its port; RuntimeError when the port is taken."""


class GrpcKeeper:
    """An async context manager: the server that takes calls now, and those before it until their calls have ended."""

    def __init__(self, make: Make, address: Address, refusals: Refusals, stop_seconds: float) -> None:
        self._make = make
        self._refusals = refusals
        self._stop_seconds = stop_seconds
        self._server, self.port = make(address)
        self._address = Address(address.host, self.port)
        self._ended: dict[aio.Server, asyncio.Task[None]] = {}

    async def __aenter__(self) -> Self:
        await self._server.start()
        self._keeping = asyncio.create_task(self._keep())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._keeping.cancel()
        with suppress(asyncio.CancelledError):
            await self._keeping
        servers, ending = [self._server, *self._ended], list(self._ended.values())
        await asyncio.gather(*(server.stop(self._stop_seconds) for server in servers), *ending)

    async def _keep(self) -> None:
        while True:
            try:
                await self._server.wait_for_termination(LOOK_SECONDS)
            except Exception:  # whatever ended it: grpcio has told the log
                self._refusals.note("server_ended", "")
                self._ended[self._server] = asyncio.create_task(self._end(self._server))
                await self._replace()

    async def _replace(self) -> None:
        while True:
            try:
                self._server, _ = self._make(self._address)
            except RuntimeError:  # the port is still closing
                await asyncio.sleep(LOOK_SECONDS)
            else:
                await self._server.start()
                return

    async def _end(self, server: aio.Server) -> None:
        """Let go of it when its last call has ended."""
        with suppress(Exception):  # it says again what ended it
            await server.wait_for_termination()
        await server.stop(None)
        self._ended.pop(server)
