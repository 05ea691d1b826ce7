"""Peers that accept and never answer, answer garbage, answer slowly or refuse: at the pick and at every step of a link.

Beside each of them stands a node that is well, and no call fails.
"""

import asyncio
import math
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from grpc import StatusCode, aio

from erlang_docker import Client
from erlang_docker.addresses import Address
from erlang_docker.link import link
from erlang_docker.link.proof import Claim, Cookie
from erlang_docker.v1 import rpc_pb2, rpc_pb2_grpc, term_pb2
from harness import COOKIE, LOOPBACK, node, services

EVIL = "erlang-docker-b@erlang-docker-b-sfs-9.localhost"
CALLS = 12
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


async def ask(data_dir: Path, evil: Address, client_of: Callable[[Client], Awaitable[None]]) -> None:
    """Ask a node whose other kind is three nodes that are well and one that is not.

    With as many, all of a call's tries meet the one that is not in one of 50,000 calls.
    """
    async with (
        services() as among,
        node("a", data_dir, among) as a,
        node("b", data_dir, among),
        node("b", data_dir, among, 1),
        node("b", data_dir, among, 2),
    ):
        among.behind["b"].append(evil)
        async with Client(f"{LOOPBACK}:{a.grpc_port}") as client:
            await client_of(client)


async def all_answered(client: Client) -> None:
    for _ in range(CALLS):
        assert await client.rpc("lists:seq", 1, 3, returns=list[int]) == [1, 2, 3]


@pytest.mark.parametrize("handler", [silent, closing, garbage, drop_by_drop, endless])
@pytest.mark.promise("a peer that hangs, closes, babbles, drips or never ends, at the pick", "0 failed calls")
async def test_at_the_pick(handler: Handler, tmp_path: Path) -> None:
    async with listening(handler) as evil:
        await ask(tmp_path, evil, all_answered)


@pytest.mark.parametrize("handler", [silent, closing, garbage, drop_by_drop, endless])
@pytest.mark.promise("the same at the peer's gRPC port", "0 failed calls")
async def test_at_http_2(handler: Handler, tmp_path: Path) -> None:
    async with listening(handler) as grpc, listening(picked(grpc.port)) as evil:
        await ask(tmp_path, evil, all_answered)


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
            await self.announce(context)
        async for request in requests:
            await self.take(request, context)

    async def announce(self, context: Any) -> None:
        """The first message."""
        await context.write(rpc_pb2.LinkResponse(boot_epoch=1))

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


class Short(Deaf):
    """Knows the cookie, and is lost before its first message, perhaps with a call."""

    def __init__(self) -> None:
        super().__init__(COOKIE, True)
        self.got: list[rpc_pb2.LinkRequest] = []

    async def announce(self, context: Any) -> None:
        """Too late."""
        await asyncio.sleep(0.2)

    async def take(self, request: rpc_pb2.LinkRequest, context: Any) -> None:
        self.got.append(request)
        await context.abort(StatusCode.UNAVAILABLE)


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


@pytest.mark.parametrize("servicer", [Deaf(b"another cookie, of 32 bytes also!", True), Deaf(COOKIE, False)])
@pytest.mark.promise("a peer without the cookie at the link's handshake", "0 failed calls, nothing sent to it")
async def test_at_the_handshake(servicer: Deaf, tmp_path: Path) -> None:
    """One that proves another cookie, and one that proves nothing."""

    async def asked(client: Client) -> None:
        while not servicer.links:  # who is picked is random
            await all_answered(client)

    async with grpc_server(servicer) as port, listening(picked(port)) as evil:
        await ask(tmp_path, evil, asked)


@pytest.mark.promise("a node that is lost before it has said what may run twice", "no call was sent to it")
async def test_before_the_first_message(tmp_path: Path) -> None:
    """A call that was could not be made again, even if its function is idempotent."""
    short = Short()

    async def asked(client: Client) -> None:
        while not short.links:  # who is picked is random
            await all_answered(client)

    async with grpc_server(short) as port, listening(picked(port)) as evil:
        await ask(tmp_path, evil, asked)
    assert short.got == []


@pytest.mark.parametrize("servicer", [Lying(NO_TERM), Lying(NO_CLASS)])
@pytest.mark.promise("a peer whose answers are none", "0 failed calls")
async def test_at_the_answer(servicer: Lying, tmp_path: Path) -> None:
    """What it ran may run twice, and does on another node."""

    async def asked(client: Client) -> None:
        while not servicer.links:  # who is picked is random
            await all_answered(client)

    async with grpc_server(servicer) as port, listening(picked(port)) as evil:
        await ask(tmp_path, evil, asked)


@pytest.mark.promise("a link whose other end is deaf", "given up in 3 s, said in the log; idempotent calls answered")
async def test_in_the_middle(tmp_path: Path) -> None:
    """A deaf link is given up and said so; what is idempotent is answered by another node before its deadline."""
    deaf = Deaf(COOKIE, True)

    async def asked(client: Client) -> None:
        while not deaf.links:  # who is picked is random
            answers = await asyncio.gather(*(client.rpc("lists:seq", 1, 3, returns=list[int]) for _ in range(CALLS)))
            assert answers == [[1, 2, 3]] * CALLS

    async with grpc_server(deaf) as port, listening(picked(port)) as evil:
        await ask(tmp_path, evil, asked)
    log = (tmp_path / "a-0" / "log" / "node.log").read_text()
    assert '"message": "link closed"' in log
    assert "silent for" in log


async def test_a_long_call_is_not_taken_for_silence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Five times as long as a link may be silent, which here is shorter: a call itself has no more than 5 s."""
    monkeypatch.setattr(link, "TICK_SECONDS", 0.1)
    monkeypatch.setattr(link, "DEAF_SECONDS", 0.5)
    async with (
        services() as among,
        node("a", tmp_path, among) as a,
        node("b", tmp_path, among),
        Client(f"{LOOPBACK}:{a.grpc_port}") as client,
    ):
        assert await client.run("rpc timer:sleep(2500)") == "ok"
        (peer,) = await client.peers()
        assert peer.call_count == 1


@pytest.mark.promise("a wrong cookie on one node of three", "0 failed calls; both logs say why")
async def test_a_node_with_another_cookie_costs_no_call_and_says_so(tmp_path: Path) -> None:
    async with (
        services() as among,
        node("a", tmp_path, among) as a,
        node("b", tmp_path, among),
        node("b", tmp_path, among, 1, cookie=b"another cookie, of 32 bytes also!"),
        Client(f"{LOOPBACK}:{a.grpc_port}") as client,
    ):
        await all_answered(client)
    refused = (tmp_path / "b-1" / "log" / "node.log").read_text()
    assert '"message": "caller refused"' in refused
    assert "another cookie?" in refused
    assert '"message": "link not opened"' in (tmp_path / "a-0" / "log" / "node.log").read_text()
