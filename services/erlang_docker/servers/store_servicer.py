"""`StoreService`: the store as a whole, for those who prove the cookie."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeAlias

from erlang_docker.errors import StateError
from erlang_docker.link.proof import Claim
from erlang_docker.rpc_status import ServicerContext, refuse
from erlang_docker.storage.backup import read_backup
from erlang_docker.storage.copies import Copies
from erlang_docker.v1 import store_pb2, store_pb2_grpc
from erlang_docker.v1.error_pb2 import (
    ERROR_REASON_COPY_NOT_READ,
    ERROR_REASON_COPY_UNAVAILABLE,
    ERROR_REASON_STORE_DAMAGED,
)
from otp.errors import Failure

PIECE_BYTES = 1 << 20
PIECE_SECONDS = 60.0
"""For a client to take a piece: the copy takes room as long as it is sent."""

Authenticate: TypeAlias = Callable[[ServicerContext], Awaitable[Claim]]


class StoreServicer(store_pb2_grpc.StoreServiceServicer):
    """Makes a copy for each RPC; what reads it has a thread of its own, as a disk may be slow."""

    def __init__(self, copies: Copies, authenticate: Authenticate) -> None:
        self._copies = copies
        self._authenticate = authenticate

    async def Backup(self, request: store_pb2.BackupRequest, context: ServicerContext) -> None:  # noqa: N802
        """The copy, piece after piece."""
        async with self._copy(context) as (path, thread):
            run = asyncio.get_running_loop().run_in_executor
            with path.open("rb") as file:
                while data := await run(thread, file.read, PIECE_BYTES):
                    await self._send(data, context)

    async def Check(self, request: store_pb2.CheckRequest, context: ServicerContext) -> store_pb2.CheckResponse:  # noqa: N802
        """What is damaged in the store is damaged in its copy."""
        async with self._copy(context) as (path, thread):
            try:
                backup = await asyncio.get_running_loop().run_in_executor(thread, read_backup, path)
            except StateError as error:
                await refuse(context, ERROR_REASON_STORE_DAMAGED, str(error))
        return store_pb2.CheckResponse(keys=backup.keys, bytes=backup.bytes)

    async def _send(self, data: bytes, context: ServicerContext) -> None:
        try:
            async with asyncio.timeout(PIECE_SECONDS):
                await context.write(store_pb2.BackupResponse(data=data))
        except TimeoutError:
            await refuse(context, ERROR_REASON_COPY_NOT_READ, "the copy is not read")

    @asynccontextmanager
    async def _copy(self, context: ServicerContext) -> AsyncIterator[tuple[Path, ThreadPoolExecutor]]:
        await self._authenticate(context)
        try:
            async with self._copies.take() as path:
                thread = ThreadPoolExecutor(1)
                try:
                    yield path, thread
                finally:
                    # Not waited for: whoever has gone waits for nothing, and the node must not either.
                    thread.shutdown(wait=False)
        except Failure as failure:
            unavailable = failure.reason in ("busy", "enospc")
            reason = ERROR_REASON_COPY_UNAVAILABLE if unavailable else ERROR_REASON_STORE_DAMAGED
            await refuse(context, reason, f"no copy of the store: {failure.reason}", cause=str(failure.reason))
