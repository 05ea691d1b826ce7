"""More calls and streams over gRPC than a node takes: it says so itself, and those who are not refused are served."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import grpc
import pytest
from grpc import aio
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc

from erlang_docker.call import CALL_SECONDS
from erlang_docker.identity import NodeState
from erlang_docker.limits import Limits
from erlang_docker.node import Node
from erlang_docker.servers.grpc import MAX_CONCURRENT_RPCS
from erlang_docker.v1 import console_pb2, console_pb2_grpc
from harness import FAR_SECONDS, LOOPBACK, Pair, node, services, socket
from raw import TEXT, connect, frame, upgraded
from test_metrics import samples

LIMITS = Limits(request_seconds=0.5, grpc_streams=4, stream_seconds=1.0, grpc_connections=60)
HANDSHAKE_SECONDS = 4.5
PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
SETTINGS = b"\x00\x00\x00\x04\x00\x00\x00\x00\x00"
PING = b"\x00\x00\x08\x06\x00\x00\x00\x00\x00" + b"pingpong"
ENHANCE_YOUR_CALM = b"\x00\x00\x00\x0btoo_many_pings"


@pytest.fixture(scope="module")
async def small(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Node]:
    """A node that takes few streams."""
    async with services() as among, node("a", tmp_path_factory.mktemp("small"), among, limits=LIMITS) as running:
        yield running


@asynccontextmanager
async def channel(of: Node) -> AsyncIterator[aio.Channel]:
    """A connection of its own."""
    options = [("grpc.use_local_subchannel_pool", 1)]
    async with aio.insecure_channel(f"{LOOPBACK}:{of.grpc_port}", options) as opened:
        yield opened


def watch(on: aio.Channel) -> aio.UnaryStreamCall:
    return health_pb2_grpc.HealthStub(on).Watch(health_pb2.HealthCheckRequest())


def reflect(on: aio.Channel) -> aio.StreamStreamCall:
    async def ask() -> AsyncIterator[reflection_pb2.ServerReflectionRequest]:
        yield reflection_pb2.ServerReflectionRequest(list_services="")
        await asyncio.sleep(60)

    return reflection_pb2_grpc.ServerReflectionStub(on).ServerReflectionInfo(ask())


async def ending(stream: aio.UnaryStreamCall | aio.StreamStreamCall) -> grpc.StatusCode:
    """Read it until it ends."""
    try:
        async for _ in stream:
            pass
    except aio.AioRpcError as error:
        return error.code()
    return grpc.StatusCode.OK


async def refused(of: Node, reason: str) -> float:
    """How often, so far. Prometheus puts the labels in the order of their names."""
    return (await samples(of)).get(("erlang_docker_refusals_total", f"grpc {reason}"), 0)


async def run(on: aio.Channel, command: str) -> str:
    answer = await console_pb2_grpc.ConsoleServiceStub(on).Run(console_pb2.RunRequest(command=command), timeout=30)
    return str(answer.reply)


@pytest.mark.parametrize("open_stream", [watch, reflect])
@pytest.mark.promise("health watches and reflection streams without end", "few at once, none old; calls are served")
async def test_streams_are_few_and_grow_not_old(open_stream: type, small: Node) -> None:
    """All others are refused, and calls are not."""
    async with channel(small) as on:
        streams = [open_stream(on) for _ in range(20)]
        try:
            codes = await asyncio.gather(*map(ending, streams))
        finally:
            for stream in streams:
                stream.cancel()
        assert codes.count(grpc.StatusCode.RESOURCE_EXHAUSTED) == 16
        assert codes.count(grpc.StatusCode.UNAVAILABLE) == 4
        first = await open_stream(on).read()
        assert first is not aio.EOF
    assert await refused(small, "streams") >= 16


@pytest.mark.promise("1,000 Health.Watch streams", "links and calls are served")
async def test_a_thousand_watches_keep_no_call_out(pair: Pair) -> None:
    async with channel(pair.b) as stranger, channel(pair.a) as user:
        before = await refused(pair.b, "streams")
        streams = [watch(stranger) for _ in range(1000)]
        try:
            async with asyncio.timeout(FAR_SECONDS):
                while await refused(pair.b, "streams") - before < 1000 - Limits().grpc_streams:
                    await asyncio.sleep(0.05)
            assert await run(user, "rpc erlang:node()") == f"'{pair.b.identity.name}'"
            assert await run(stranger, "node") == str(pair.b.identity.name)
        finally:
            for stream in streams:
                stream.cancel()


async def test_calls_without_their_request_make_room(small: Node) -> None:
    """More than gRPC takes of all calls together, a hundred on a connection."""

    async def nothing() -> AsyncIterator[bytes]:
        await asyncio.sleep(60)
        yield b""

    async with AsyncExitStack() as stack:
        user = await stack.enter_async_context(channel(small))
        strangers = [await stack.enter_async_context(channel(small)) for _ in range(MAX_CONCURRENT_RPCS // 100 + 2)]
        half = [
            stranger.stream_unary("/erlang_docker.v1.ConsoleService/Run")(nothing())
            for stranger in strangers
            for _ in range(100)
        ]
        try:
            async with asyncio.timeout(20):
                while await refused(small, "request_seconds") < MAX_CONCURRENT_RPCS * 0.8:
                    await asyncio.sleep(0.05)
            replies = await asyncio.gather(*(run(user, "mfa timer:sleep(500)") for _ in range(300)))
            assert set(replies) == {"ok"}
        finally:
            for call in half:
                call.cancel()


async def test_watchers_are_told_of_every_state(pair: Pair) -> None:
    async with channel(pair.a) as on:
        stream = watch(on)
        assert (await stream.read()).status == health_pb2.HealthCheckResponse.SERVING
        pair.a.set_state(NodeState.DRAINING)
        assert (await stream.read()).status == health_pb2.HealthCheckResponse.NOT_SERVING
        pair.a.set_state(NodeState.READY)
        assert (await stream.read()).status == health_pb2.HealthCheckResponse.SERVING
        unknown = health_pb2_grpc.HealthStub(on).Watch(health_pb2.HealthCheckRequest(service="unknown"))
        assert (await unknown.read()).status == health_pb2.HealthCheckResponse.SERVICE_UNKNOWN
        stream.cancel()
        unknown.cancel()


@pytest.mark.promise("one call more than the node takes", "{error,busy} at once; who leaves makes room")
async def test_one_call_too_many_is_busy_and_those_who_leave_make_room(pair: Pair) -> None:
    """`{error,busy}` comes at once, as a reply; when the clients of the others have left, so has their work."""
    async with channel(pair.a) as user:
        async with channel(pair.a) as crowd:
            waiting = [asyncio.ensure_future(run(crowd, "mfa timer:sleep(4900)")) for _ in range(Limits().calls + 20)]
            done, _ = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            assert {task.result() for task in done} == {"{error,busy}"}
            assert await run(user, "mfa timer:sleep(1)") == "{error,busy}"
            for task in waiting:
                task.cancel()
            await asyncio.gather(*waiting, return_exceptions=True)
        async with asyncio.timeout(3):
            while await run(user, "mfa timer:sleep(1)") != "ok":
                await asyncio.sleep(0.05)


@pytest.mark.promise("a burst of more gRPC calls than the node takes", "every one is answered or busy")
async def test_a_burst_is_answered_by_the_node(pair: Pair) -> None:
    """gRPC itself cancels some of more than a thousand that have not begun, unless it is told not to."""
    async with AsyncExitStack() as stack:
        crowd = [await stack.enter_async_context(channel(pair.a)) for _ in range(20)]
        replies = await asyncio.gather(*(run(on, "echo") for on in crowd for _ in range(100)))
    assert set(replies) == {"echo"}


@pytest.mark.promise("a client leaves before its answer", "its call ends")
async def test_a_socket_that_closes_takes_its_call_along(pair: Pair) -> None:
    async with channel(pair.a) as user:
        async with upgraded(pair.a.ws_port) as leaving:
            leaving.send(frame(TEXT, b"mfa timer:sleep(4900)"))
            assert await run(user, "mfa timer:sleep(1)") == "ok"
            crowd = [asyncio.ensure_future(run(user, "mfa timer:sleep(4900)")) for _ in range(Limits().calls + 20)]
            await asyncio.wait(crowd, return_when=asyncio.FIRST_COMPLETED)
            assert await run(user, "mfa timer:sleep(1)") == "{error,busy}"
        async with asyncio.timeout(3):
            while await run(user, "mfa timer:sleep(1)") != "ok":
                await asyncio.sleep(0.05)
        for task in crowd:
            task.cancel()
        await asyncio.gather(*crowd, return_exceptions=True)


@pytest.mark.promise("more to print than fits a command's 5 s", "{error,timeout}; others are answered")
async def test_a_turn_that_comes_too_late_is_a_timeout(pair: Pair) -> None:
    """More to print than is done in the time of a command; meanwhile others are answered."""
    printing = "mfa lists:duplicate(10000,#{a=>#{a=>#{a=>1}}})"
    async with AsyncExitStack() as stack:
        crowd = [await stack.enter_async_context(channel(pair.a)) for _ in range(20)]
        user = await stack.enter_async_context(socket(pair.a.ws_port))
        took = []
        for _ in range(3):
            begun = time.monotonic()
            assert (await user.ask(printing)).startswith("[#{a =>")
            took.append(time.monotonic() - begun)
        count = min(
            Limits().calls - 100, max(20, int(3 * CALL_SECONDS / min(took)))
        )  # three times what is done in time
        asked = [asyncio.ensure_future(run(crowd[number % len(crowd)], printing)) for number in range(count)]
        assert await user.ask("node") == str(pair.a.identity.name)
        replies = await asyncio.gather(*asked)
    late = [reply for reply in replies if reply.startswith("{error,timeout,[{lists,duplicate,")]
    printed = [reply for reply in replies if reply.startswith("[#{a =>")]
    assert len(late) + len(printed) == count
    assert late
    assert printed


@pytest.mark.promise("a flood of HTTP/2 pings", "the connection is closed")
async def test_a_flood_of_pings_is_cut_off(pair: Pair) -> None:
    async with connect(pair.a.grpc_port) as raw:
        raw.send(PREFACE + SETTINGS + PING * 10)
        assert ENHANCE_YOUR_CALM in await raw.rest()


async def test_connections_beyond_the_cap_are_closed(small: Node) -> None:
    """At once; the others are those of clients that shake hands."""
    async with channel(small) as user:
        assert await run(user, "node") == str(small.identity.name)
        held = [await asyncio.open_connection(LOOPBACK, small.grpc_port) for _ in range(80)]
        ended = [asyncio.ensure_future(reader.read()) for reader, _ in held]
        async with asyncio.timeout(HANDSHAKE_SECONDS):  # then all of them would be
            while sum(task.done() for task in ended) < 20:
                await asyncio.sleep(0.01)
        assert await run(user, "node") == str(small.identity.name)
        for task in ended:
            task.cancel()
        for _, writer in held:
            writer.close()
