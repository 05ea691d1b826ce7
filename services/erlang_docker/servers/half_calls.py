"""Calls whose request never comes, or is none.

gRPC waits for a request as long as the client wants, and counts the call meanwhile; and what it cannot read it takes
for an error of the server, with a traceback.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import grpc
from google.protobuf.message import DecodeError
from grpc import aio

from erlang_docker.limits import Limits
from erlang_docker.rpc_status import ServicerContext, refuse
from erlang_docker.servers.refusals import Refusals
from erlang_docker.v1.error_pb2 import ERROR_REASON_REQUEST_INCOMPLETE, ERROR_REASON_REQUEST_UNREADABLE

Continuation = Callable[[grpc.HandlerCallDetails], Awaitable[Any]]
Read = Callable[[bytes], Any]


class HalfCalls(aio.ServerInterceptor):  # type: ignore[misc]
    """Ends a call whose one request is not there in time, and any call that sends what is no request.

    gRPC calls a handler of one request only when it is there, and one of many at once; on the wire both are the same.
    Of a stream of requests none is due.
    """

    def __init__(self, limits: Limits, refusals: Refusals) -> None:
        self._seconds = limits.request_seconds
        self._refusals = refusals

    async def intercept_service(self, continuation: Continuation, details: grpc.HandlerCallDetails) -> Any:
        """A handler of many requests, as bytes, in place of one of one request or many."""
        handler = await continuation(details)
        if handler is None:
            return None
        read = handler.request_deserializer
        method = handler.unary_unary or handler.unary_stream or handler.stream_unary or handler.stream_stream

        async def called(requests: AsyncIterator[bytes], context: ServicerContext) -> Any:
            if handler.request_streaming:
                return await method(self._all(read, requests, context), context)
            return await method(await self._first(read, requests, context), context)

        streams = handler.response_streaming
        make = grpc.stream_stream_rpc_method_handler if streams else grpc.stream_unary_rpc_method_handler
        return make(called, response_serializer=handler.response_serializer)

    async def _all(self, read: Read, requests: AsyncIterator[bytes], context: ServicerContext) -> AsyncIterator[Any]:
        async for request in requests:
            yield await self._message(read, request, context)

    async def _first(self, read: Read, requests: AsyncIterator[bytes], context: ServicerContext) -> Any:
        try:
            async with asyncio.timeout(self._seconds):
                async for request in requests:
                    return await self._message(read, request, context)
        except TimeoutError:
            self._refusals.note("request_seconds", context.peer())
        return await refuse(context, ERROR_REASON_REQUEST_INCOMPLETE, "the request did not come")

    async def _message(self, read: Read, request: bytes, context: ServicerContext) -> Any:
        """INTERNAL, as gRPC itself says of it in other languages, for bytes that are no message."""
        try:
            return read(request)
        except DecodeError:
            self._refusals.note("no_message", context.peer())
        return await refuse(context, ERROR_REASON_REQUEST_UNREADABLE, "the request cannot be read")
