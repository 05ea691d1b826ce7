"""Calls whose request never comes: gRPC waits for it as long as the client wants, and counts the call meanwhile."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import grpc
from grpc import aio

from erlang_docker.limits import Limits
from erlang_docker.link.servicer import ServicerContext
from erlang_docker.servers.refusals import Refusals

Continuation = Callable[[grpc.HandlerCallDetails], Awaitable[Any]]


class HalfCalls(aio.ServerInterceptor):  # type: ignore[misc]
    """Ends a call whose one request is not there in time. Of a stream of requests none is due.

    gRPC calls a handler of one request only when it is there, and one of many at once; on the wire both are the same.
    """

    def __init__(self, limits: Limits, refusals: Refusals) -> None:
        self._seconds = limits.request_seconds
        self._refusals = refusals

    async def intercept_service(self, continuation: Continuation, details: grpc.HandlerCallDetails) -> Any:
        """A handler of many requests in place of one of one request."""
        handler = await continuation(details)
        if handler is None or handler.request_streaming:
            return handler
        method = handler.unary_stream or handler.unary_unary

        async def called(requests: AsyncIterator[Any], context: ServicerContext) -> Any:
            return await method(await self._first(requests, context), context)

        streams = handler.response_streaming
        make = grpc.stream_stream_rpc_method_handler if streams else grpc.stream_unary_rpc_method_handler
        return make(called, handler.request_deserializer, handler.response_serializer)

    async def _first(self, requests: AsyncIterator[Any], context: ServicerContext) -> Any:
        try:
            async with asyncio.timeout(self._seconds):
                async for request in requests:
                    return request
        except TimeoutError:
            self._refusals.note("request_seconds", context.peer())
        return await context.abort(grpc.StatusCode.DEADLINE_EXCEEDED, "the request did not come")
