"""Strangers who hold what they do not use: whoever comes to use a node finds it open, whatever they do."""

import asyncio
import resource
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest

from erlang_docker.limits import Limits
from erlang_docker.local.plan import NodePlan, Plan
from erlang_docker.node import Node
from faults.processes import START_SECONDS
from harness import FAR_SECONDS, node, services
from raw import CLOSE, GET, PONG, TEXT, Raw, connect, frame, upgraded
from test_metrics import samples

STRANGER = "127.0.0.2"
POST = b"POST /node HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}"
PAGE = b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
LIVE = b"GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
LIMITS = Limits(
    http_connections=16,
    page_connections=16,
    sockets=8,
    admin_connections=16,
    grpc_connections=16,
    grpc_streams=4,
    stream_seconds=2.0,
    request_seconds=0.5,
    kept_seconds=0.7,
    socket_seconds=3.0,
)
PORTS = ["http_port", "ws_port", "admin_port"]


@pytest.fixture(scope="module")
async def small(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Node]:
    """A node that takes few connections, and none for long."""
    async with services() as among, node("a", tmp_path_factory.mktemp("small"), among, limits=LIMITS) as running:
        yield running


@asynccontextmanager
async def strangers(port: int, count: int, sent: bytes, address: str = STRANGER) -> AsyncIterator[list[Raw]]:
    """So many connections that say this, and nothing more."""
    async with AsyncExitStack() as stack:
        held = []
        for _ in range(count):
            held.append(await stack.enter_async_context(connect(port, address)))
            held[-1].send(sent)
        yield held


async def answer(port: int, sent: bytes) -> bytes:
    """The first line that a newcomer gets."""
    async with connect(port) as raw:
        raw.send(sent)
        return (await raw.rest()).partition(b"\r\n")[0]


async def said(port: int, *pieces: bytes) -> bytes:
    """What a client gets who sends these a tenth of a second apart."""
    async with connect(port) as raw:
        heard = asyncio.ensure_future(raw.rest())
        for piece in pieces:
            raw.send(piece)
            await asyncio.wait([heard], timeout=0.1)
        return await heard


async def refused(of: Node, door: str, reason: str) -> float:
    """How often, so far. Prometheus puts the labels in the order of their names."""
    return (await samples(of)).get(("erlang_docker_refusals_total", f"{door} {reason}"), 0)


@pytest.mark.parametrize("port", PORTS)
@pytest.mark.promise("half, slow and missing requests on 8080, 9090, 8081", "dropped within the limit")
async def test_what_does_not_become_a_request_is_dropped(port: str, small: Node) -> None:
    """Half a request, one that comes too slowly, none at all, and no second one."""
    number = getattr(small, port)
    halves = [b"G", b"GET /ping HT", b"GET /ping HTTP/1.1\r\nHost: loc"]
    told = await asyncio.gather(*(said(number, half) for half in halves), said(number, *(bytes([b]) for b in GET)))
    assert [answer[:12] for answer in told] == [b"HTTP/1.1 408"] * 4
    nothing, once = await asyncio.gather(said(number), said(number, GET))
    assert nothing == b""
    assert once.count(b"HTTP/1.1 ") == 1


@pytest.mark.parametrize(
    ("door", "port", "asked"), [("http", "http_port", POST), ("page", "ws_port", PAGE), ("admin", "admin_port", LIVE)]
)
@pytest.mark.parametrize("sent", [b"", GET[:20], GET])
@pytest.mark.promise(
    "more idle connections than a port takes", "the longest unused goes; newcomers and probes are served"
)
async def test_strangers_keep_nobody_out(door: str, port: str, asked: bytes, sent: bytes, small: Node) -> None:
    """More than it takes, from two addresses; no two of these waits come near the limits of time."""
    number = getattr(small, port)
    before = await refused(small, door, "cap"), await refused(small, door, "address_cap")
    async with (
        connect(number) as friend,
        strangers(number, 30, sent, "127.0.0.2"),
        strangers(number, 30, sent, "127.0.0.3"),
    ):
        friend.send(asked)
        assert await answer(number, asked) == b"HTTP/1.1 200 OK"
        assert await answer(small.admin_port, LIVE) == b"HTTP/1.1 200 OK"
    after = await refused(small, door, "cap"), await refused(small, door, "address_cap")
    assert after[0] > before[0]
    assert after[1] > before[1]


@pytest.mark.parametrize(("door", "port"), [("http", "http_port"), ("page", "ws_port"), ("admin", "admin_port")])
@pytest.mark.parametrize("sent", [b"\x16\x03\x01 no HTTP\r\n\r\n", b"GET / HTTP/1.1\r\nno header\r\n\r\n"])
async def test_what_is_no_http_is_refused_in_one_line(
    door: str, port: str, sent: bytes, small: Node, capfd: pytest.CaptureFixture[str]
) -> None:
    before = await refused(small, door, "no_http")
    async with connect(getattr(small, port)) as raw:
        raw.send(sent)
        assert (await raw.rest()).startswith((b"HTTP/1.1 400 ", b"HTTP/1.0 400 "))
    assert await refused(small, door, "no_http") == before + 1
    assert "Traceback" not in capfd.readouterr().err


async def test_one_address_pushes_only_its_own_out(small: Node) -> None:
    async with connect(small.http_port) as friend:
        friend.send(GET)
        assert await friend.status() == 200
        async with strangers(small.http_port, 40, GET):
            friend.send(GET)
            assert await friend.status() == 200


@pytest.mark.promise("a socket that only answers pings", "closed as idle")
async def test_pongs_keep_no_socket_open_and_commands_do(small: Node) -> None:
    async with upgraded(small.ws_port) as idle, upgraded(small.ws_port) as user:
        heard = asyncio.ensure_future(idle.frame())
        while not heard.done():
            idle.send(frame(PONG))
            user.send(frame(TEXT, b"still there"))
            assert await user.frame() == (TEXT, b"still there")
            await asyncio.wait([heard], timeout=0.1)
        assert await heard == (CLOSE, (1001).to_bytes(2) + b"idle")
    assert await refused(small, "websocket", "idle") > 0


@pytest.mark.promise("more idle WebSockets than the node takes", "the longest unused is closed, with its reason")
async def test_idle_sockets_keep_nobody_out(small: Node) -> None:
    """More than all of them; the longest unused is told why, and who uses one keeps it."""
    async with AsyncExitStack() as stack:
        user = await stack.enter_async_context(upgraded(small.ws_port))
        held = [await stack.enter_async_context(upgraded(small.ws_port, STRANGER)) for _ in range(6)]
        user.send(frame(TEXT, b"used"))
        assert await user.frame() == (TEXT, b"used")
        held += [await stack.enter_async_context(upgraded(small.ws_port, "127.0.0.3")) for _ in range(6)]
        assert await held[0].frame() == (CLOSE, (1013).to_bytes(2) + b"too many sockets")
        user.send(frame(TEXT, b"still there"))
        assert await user.frame() == (TEXT, b"still there")
    assert await refused(small, "websocket", "cap") > 0


@pytest.mark.promise("a client that reads no replies", "closed; others and the stop are not held up")
async def test_who_reads_no_replies_is_closed(small: Node) -> None:
    """And holds up neither others nor the node's stop."""
    before = await refused(small, "websocket", "unread")
    async with upgraded(small.ws_port) as deaf:
        transport = deaf.writer.transport
        assert isinstance(transport, asyncio.ReadTransport)
        transport.pause_reading()
        deaf.writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        deaf.send(frame(TEXT, b"x" * 65_536) * 200)
        async with asyncio.timeout(FAR_SECONDS):
            while await refused(small, "websocket", "unread") == before:
                await asyncio.sleep(0.1)


@pytest.mark.promise("2,000 connections with one GET each", "the node is still picked")
async def test_two_thousand_connections_keep_no_node_out_of_the_picks(tmp_path: Path) -> None:
    """With one request each, and the limits as they are."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 8192), hard))
    try:
        async with services() as among, node("a", tmp_path, among) as running:
            count = running_limit() + 50
            async with strangers(running.http_port, count // 2, GET), strangers(running.http_port, count // 2, GET):
                assert await answer(running.http_port, POST) == b"HTTP/1.1 200 OK"
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def running_limit() -> int:
    return Limits().within_open_files().http_connections


FILES = 64


@pytest.fixture
def starved(tmp_path: Path, base: int) -> Iterator[NodePlan]:
    """A node's process that may open 64 files."""
    plan = Plan(tmp_path, base)
    plan.prepare()
    command = ["sh", "-c", f"ulimit -n {FILES} && exec {sys.executable} -m node_a"]
    with subprocess.Popen(command, env=plan.environ(plan.nodes[0]), stdout=subprocess.DEVNULL) as started:
        yield plan.nodes[0]
        started.kill()


@pytest.mark.promise("64 open files, all taken by strangers", "probes and a page are served")
async def test_with_few_files_probes_and_a_page_are_served(starved: NodePlan) -> None:
    """While strangers hold more connections than it may open files, on each port."""
    ports = [starved.http.port, starved.ws.port, starved.grpc.port, starved.admin.port]
    async with asyncio.timeout(START_SECONDS):
        for port in ports:
            while not await is_open(port):
                await asyncio.sleep(0.1)
    async with AsyncExitStack() as stack:
        for port in ports:
            for address in ("127.0.0.2", "127.0.0.3"):
                await stack.enter_async_context(strangers(port, FILES, b"", address))
        assert await answer(starved.admin.port, LIVE) == b"HTTP/1.1 200 OK"
        assert await answer(starved.http.port, POST) == b"HTTP/1.1 200 OK"
        assert await answer(starved.ws.port, PAGE) == b"HTTP/1.1 200 OK"
        async with upgraded(starved.ws.port) as user:
            user.send(frame(TEXT, b"still there"))
            assert await user.frame() == (TEXT, b"still there")


async def is_open(port: int) -> bool:
    """Whether the node listens yet."""
    try:
        async with connect(port):
            return True
    except OSError:
        return False
