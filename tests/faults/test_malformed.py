"""Bytes and messages that are malformed, at every door: refused, and no error of the node's own."""

import asyncio
from collections.abc import AsyncIterator
from math import inf

import grpc
import pytest
from grpc import aio

from erlang_docker.local.plan import NodePlan, Plan
from erlang_docker.v1 import console_pb2, console_pb2_grpc
from faults.fuzz.attack import CASES, DOORS, HUNG, attack
from faults.fuzz.friend import Friend
from faults.fuzz.http2 import END_HEADERS, HEADERS, PREFACE, RUN, SETTINGS, field, frame
from faults.fuzz.nodes import errors, two_processes
from faults.processes import NodeProcess
from harness import socket
from ports import free_ports
from promises import Report
from raw import UPGRADE, connect

SEED = 1
COUNT = 60
LOCAL = b"Host: localhost"
KEY = b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="
Nodes = tuple[NodeProcess, NodeProcess]


@pytest.fixture(scope="module")
async def nodes(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Nodes]:
    with free_ports() as base:
        async with two_processes(Plan(tmp_path_factory.mktemp("malformed"), base)) as both:
            yield both


@pytest.fixture(autouse=True)
async def no_errors(nodes: Nodes) -> AsyncIterator[None]:
    """Whatever a test sends, both logs stay as they should be."""
    before = [list(errors(node)) for node in nodes]
    yield
    await asyncio.sleep(0.1)  # a thread writes them
    assert [list(errors(node)) for node in nodes] == before


@pytest.mark.parametrize("door", DOORS)
async def test_cases_of_a_fixed_seed(door: str, nodes: Nodes, report: Report) -> None:
    node, peer = nodes
    answers = await attack(door, node.plan, SEED, iter(range(COUNT)), inf)
    friend = Friend(node.plan, peer.plan)
    await friend.look(1)
    fault = "malformed bytes and messages at every door (scripts/fuzz.sh sends more)"
    report.row(fault, "refused; no error in the log, the next is answered", f"{answers[CASES]} cases at each door")
    assert friend.wrong == []
    assert (answers[CASES], answers[HUNG]) == (COUNT, 0)


async def said(port: int, *lines: bytes, body: bytes = b"") -> int:
    """The status of a request's answer, of a client that ends with it."""
    async with connect(port) as raw:
        raw.send(b"\r\n".join((*lines, b"", body)))
        status = int((await raw.head()).split()[1])
        raw.writer.write_eof()
        await raw.rest()
        return status


@pytest.mark.parametrize(
    "lines",
    [
        (b"Host: [",),
        (b"Host: \xff",),
        (LOCAL, b"Origin: http://["),
        (LOCAL, b"Origin: http://\xe2\x84\x80"),
        (LOCAL, b"Origin: \xff"),
    ],
)
async def test_hosts_and_origins_that_are_none(lines: tuple[bytes, ...], nodes: Nodes) -> None:
    assert await said(nodes[0].plan.ws.port, b"GET / HTTP/1.1", *lines) == 403


@pytest.mark.parametrize(
    "changed",
    [
        (KEY, b"Sec-WebSocket-Key: \xff"),
        (KEY, b"Sec-WebSocket-Key: \xc3\xa9"),
        (b"Version: 13", b"Version: \xff"),
        (b"Upgrade: websocket", b"Upgrade: \xff"),
        (b"Connection: Upgrade", b"Connection: \xff"),
    ],
)
async def test_handshakes_that_are_none(changed: tuple[bytes, bytes], nodes: Nodes) -> None:
    assert changed[0] in UPGRADE
    assert await said(nodes[0].plan.ws.port, UPGRADE.replace(*changed).rstrip()) == 400


@pytest.mark.parametrize("name", [b"If-Modified-Since", b"If-Unmodified-Since", b"If-Range"])
async def test_dates_in_a_year_that_is_none(name: bytes, nodes: Nodes) -> None:
    date = name + b": Thu, 01 Jan 4294967296 00:00:00 GMT"
    assert await said(nodes[0].plan.ws.port, b"GET / HTTP/1.1", LOCAL, date) == 200  # only tags are looked at


async def test_an_expectation_that_is_none(nodes: Nodes) -> None:
    await said(nodes[0].plan.ws.port, b"GET / HTTP/1.1", LOCAL, b"Expect: \xff")


@pytest.mark.parametrize("coding", [b"Content-Encoding: gzip", b"Content-Encoding: deflate"])
async def test_bodies_that_are_not_compressed_as_they_say(coding: bytes, nodes: Nodes) -> None:
    for port in (nodes[0].plan.ws.port, nodes[0].plan.admin.port):
        lines = (b"POST /nothing HTTP/1.1", LOCAL, coding, b"Content-Length: 200")
        assert await said(port, *lines, body=b"x" * 200) == 404


async def test_clients_who_leave_before_the_answer(nodes: Nodes) -> None:
    for sent in (UPGRADE, b"POST /livez HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n\r\n") * 20:
        async with connect(nodes[0].plan.ws.port) as raw:
            raw.send(sent)
            raw.writer.write_eof()
            await raw.rest()


def call(*fields: tuple[bytes, bytes], path: bytes = RUN) -> bytes:
    """A connection with a call whose request is still to come."""
    pairs = ((b":method", b"POST"), (b":scheme", b"http"), (b":path", path), (b":authority", b"x"))
    always = ((b"te", b"trailers"), (b"content-type", b"application/grpc"))
    block = b"".join(field(*pair) for pair in (*pairs, *always, *fields))
    return PREFACE + frame(SETTINGS) + frame(HEADERS, END_HEADERS, 1, block)


async def run(node: NodePlan, command: str) -> str:
    async with aio.insecure_channel(str(node.grpc)) as on:
        request = console_pb2.RunRequest(command=command)
        return str((await console_pb2_grpc.ConsoleServiceStub(on).Run(request, timeout=10, wait_for_ready=True)).reply)


@pytest.mark.promise("a gRPC call whose path is not UTF-8", "the port stays open; links and calls go on")
async def test_a_path_that_is_no_text_closes_no_port(nodes: Nodes) -> None:
    """grpcio would end its server with it."""
    node, peer = nodes
    async with socket(node.plan.ws.port) as user:
        assert await user.ask("rpc erlang:node()") == f"'{peer.plan.name}'"
        slow = asyncio.create_task(user.ask("rpc timer:sleep(1000)"))
        for path in (b"/\xff", b"/erlang_docker.v1.ConsoleService/\x80", RUN + b"\xc3"):
            async with connect(peer.plan.grpc.port) as raw:
                raw.send(call(path=path))
                async with asyncio.timeout(10):
                    await raw.reader.readuntil(b"\x0bgrpc-status\x0212")
            assert await run(peer.plan, "node") == str(peer.plan.name)
        assert await slow == "ok"


@pytest.mark.parametrize(
    "wrong", [(b"x-node-proof", b"\xff"), (b":scheme", b"?"), (b"grpc-timeout", b"x"), (b":status", b"x")]
)
async def test_headers_of_calls_that_are_none(wrong: tuple[bytes, bytes], nodes: Nodes) -> None:
    async with connect(nodes[0].plan.grpc.port) as raw:
        raw.send(call(wrong))
        await asyncio.sleep(0.05)
        raw.writer.write_eof()
        await raw.rest()
    assert await run(nodes[0].plan, "node") == str(nodes[0].plan.name)


@pytest.mark.parametrize("method", ["erlang_docker.v1.ConsoleService/Run", "erlang_docker.v1.NodeService/GetNode"])
async def test_messages_that_cannot_be_read(method: str, nodes: Nodes) -> None:
    async with aio.insecure_channel(str(nodes[0].plan.grpc)) as on:
        with pytest.raises(aio.AioRpcError) as refused:
            await on.unary_unary(f"/{method}")(b"\xff" * 9)
    assert refused.value.code() is grpc.StatusCode.INTERNAL
