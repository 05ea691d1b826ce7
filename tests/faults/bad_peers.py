"""Peers that are not as nodes are: what they are asked at the pick, at the gRPC port and on a link."""

import asyncio
import math
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from grpc import StatusCode, aio

from erlang_docker.addresses import Address
from erlang_docker.link.proof import Claim, Cookie
from erlang_docker.v1 import rpc_pb2, rpc_pb2_grpc, term_pb2
from harness import COOKIE, LOOPBACK

EVIL = "erlang-docker-b@erlang-docker-b-sfs-9.localhost"
Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Takes what comes, and says nothing."""
    await reader.read()
    writer.close()


async def closing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Hangs up at once."""
    writer.close()


async def garbage(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Speaks no protocol."""
    writer.write(b"\x00\xff\x16garbage\r\n\r\n" * 100)
    await silent(reader, writer)


async def drop_by_drop(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A byte now and then of what may become an answer."""
    try:
        for byte in b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + b"x" * 1000:
            writer.write(bytes([byte]))
            await writer.drain()
            await asyncio.sleep(0.05)
    except OSError:
        pass
    writer.close()


async def endless(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """More than anybody takes."""
    try:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n")
        while True:
            writer.write(b"x" * 65536)
            await writer.drain()
    except OSError:
        writer.close()


@asynccontextmanager
async def listening(handler: Handler) -> AsyncIterator[Address]:
    server = await asyncio.start_server(handler, LOOPBACK, 0)
    async with server:
        yield Address(LOOPBACK, server.sockets[0].getsockname()[1])
        server.close()


def picked(grpc_port: int) -> Handler:
    """What answers picks with its own name, and another's port for gRPC."""

    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"{}")
        body = f'{{"code":0,"data":{{"node":"{EVIL}"}},"msg":""}}'
        headers = f"x-node-boot: boot\r\nx-node-address: {LOOPBACK}\r\nx-node-grpc-port: {grpc_port}\r\n"
        writer.write(f"HTTP/1.1 200 OK\r\n{headers}Content-Length: {len(body)}\r\n\r\n{body}".encode())
        writer.close()

    return handler


class Deaf(rpc_pb2_grpc.RpcServiceServicer):
    """Knows the cookie, takes calls, and answers none: what a node is whose half of the stream has ended."""

    def __init__(self, cookie: bytes, proves: bool) -> None:
        self._cookie = Cookie(cookie)
        self._proves = proves
        self.links = 0

    async def Link(self, requests: AsyncIterator[rpc_pb2.LinkRequest], context: Any) -> None:  # noqa: N802
        self.links += 1
        if self._proves:
            claim = Claim.read({key: str(value) for key, value in context.invocation_metadata()})
            await context.send_initial_metadata(self._cookie.answer(claim))
        await self.serve(requests, context)

    async def serve(self, requests: AsyncIterator[rpc_pb2.LinkRequest], context: Any) -> None:
        """Until the stream ends."""
        if self._proves:
            await context.write(rpc_pb2.LinkResponse(boot_epoch=1))
        async for request in requests:
            await self.take(request, context)

    async def take(self, request: rpc_pb2.LinkRequest, context: Any) -> None:
        """Nothing comes of it."""


NO_TERM = rpc_pb2.CallResponse(value=term_pb2.Term(float=math.nan))
NO_CLASS = rpc_pb2.CallResponse(failure=rpc_pb2.Failure())


class Lying(Deaf):
    """Knows the cookie, and answers what no function gives."""

    def __init__(self, answer: rpc_pb2.CallResponse) -> None:
        super().__init__(COOKIE, True)
        self._answer = answer

    async def take(self, request: rpc_pb2.LinkRequest, context: Any) -> None:
        answers = [rpc_pb2.LinkAnswer(id=call.id, response=self._answer) for call in request.calls]
        await context.write(rpc_pb2.LinkResponse(answers=answers))


class Late(Deaf):
    """Knows the cookie, and would be lost with its first call, before its first message."""

    def __init__(self) -> None:
        super().__init__(COOKIE, True)
        self.got: list[rpc_pb2.LinkRequest] = []

    async def serve(self, requests: AsyncIterator[rpc_pb2.LinkRequest], context: Any) -> None:
        async for request in requests:
            self.got.append(request)
            await context.abort(StatusCode.UNAVAILABLE)


class Gone(Late):
    """Ends its stream in order, before its first message."""

    async def serve(self, requests: AsyncIterator[rpc_pb2.LinkRequest], context: Any) -> None:
        pass


@asynccontextmanager
async def grpc_server(servicer: Deaf) -> AsyncIterator[int]:
    server = aio.server()
    rpc_pb2_grpc.add_RpcServiceServicer_to_server(servicer, server)
    port = server.add_insecure_port(f"{LOOPBACK}:0")
    await server.start()
    try:
        yield port
    finally:
        await server.stop(0)
