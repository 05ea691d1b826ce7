"""Streams that anybody may open and that end only when their clients want: not too many, and not for ever.

They take the places of calls: without a limit, whoever holds enough of them shuts the others out.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from erlang_docker.limits import Limits
from erlang_docker.rpc_status import ServicerContext, refuse
from erlang_docker.servers.refusals import Refusals
from erlang_docker.v1.error_pb2 import ERROR_REASON_STREAM_EXPIRED, ERROR_REASON_TOO_MANY_STREAMS


class StreamLimit:
    """The streams of one service."""

    def __init__(self, limits: Limits, refusals: Refusals) -> None:
        self._limits = limits
        self._refusals = refusals
        self._open = 0

    @asynccontextmanager
    async def hold(self, context: ServicerContext) -> AsyncIterator[None]:
        """Around a stream: RESOURCE_EXHAUSTED for one too many, UNAVAILABLE, to be tried again, for an old one."""
        if self._open >= self._limits.grpc_streams:
            self._refusals.note("streams", context.peer())
            await refuse(context, ERROR_REASON_TOO_MANY_STREAMS, "too many streams")
        self._open += 1
        try:
            async with asyncio.timeout(self._limits.stream_seconds):
                yield
        except TimeoutError:
            await refuse(context, ERROR_REASON_STREAM_EXPIRED, "the stream is old, open another")
        finally:
            self._open -= 1
