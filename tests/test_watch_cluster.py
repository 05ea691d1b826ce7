"""The live view: every node of both kinds as what it is, over gRPC and on a socket, and nothing while nobody looks."""

import asyncio
import json
import signal
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from pathlib import Path

import grpc
import pytest
from google.protobuf.json_format import Parse
from grpc import aio

from erlang_docker.addresses import Address
from erlang_docker.client import Client
from erlang_docker.cluster.directory import Directory
from erlang_docker.errors import NodeDown, NotSent
from erlang_docker.identity import NodeState
from erlang_docker.limits import Limits
from erlang_docker.link.channel import Endpoint
from erlang_docker.local.cluster import Cluster
from erlang_docker.names import NodeName
from erlang_docker.servers.json_requests import SUBPROTOCOL
from erlang_docker.v1 import node_pb2, node_pb2_grpc, socket_pb2
from harness import LOOPBACK, node, services, socket, two_nodes
from harness import until as until_it_is
from held_functions import BEGUN, GO_ON, held_releases

State = Callable[[dict[str, node_pb2.NodeStatus]], bool]
SECONDS = 20
CLUSTER = "erlang-docker-a-sfs-1.erlang-docker-a-hl.default.svc.cluster.local"


@asynccontextmanager
async def watching(target: str) -> AsyncIterator[aio.UnaryStreamCall]:
    async with aio.insecure_channel(target) as channel:
        call = node_pb2_grpc.NodeServiceStub(channel).WatchCluster(node_pb2.WatchClusterRequest())
        yield call
        call.cancel()


async def until(call: aio.UnaryStreamCall, reached: State) -> dict[str, node_pb2.NodeStatus]:
    """The nodes by their short names, as soon as they are as they should be."""
    async with asyncio.timeout(SECONDS):
        while True:
            nodes = {status.short_name: status for status in (await call.read()).nodes}
            if reached(nodes):
                return nodes


def all_ready(nodes: dict[str, node_pb2.NodeStatus]) -> bool:
    return len(nodes) > 1 and all(status.state == node_pb2.NODE_STATE_READY for status in nodes.values())


def is_in(name: str, state: int) -> State:
    return lambda nodes: name in nodes and nodes[name].state == state


async def test_all_nodes_and_one_that_freezes(cluster: Cluster) -> None:
    target = str(cluster.plan.nodes[0].grpc)
    frozen = cluster.nodes[5]
    assert frozen.process is not None
    async with watching(target) as call, Client(target) as client:
        nodes = await until(call, all_ready)
        assert list(nodes) == ["a-0", "a-1", "a-2", "b-0", "b-1", "b-2"]
        for plan, running in zip(cluster.plan.nodes, cluster.nodes, strict=True):
            status = nodes[plan.label]
            assert (status.name, status.address) == (str(plan.name), str(plan.grpc)) or plan.label == "a-0"
            assert status.boot_epoch >= 1
            assert status.uptime.seconds <= time.monotonic() - running.started
            assert status.memory_bytes > 1 << 20
        await client.run("mfa erlang_docker:spread(30)")
        nodes = await until(call, lambda nodes: sum(nodes[f"b-{n}"].calls_served for n in range(3)) >= 30)
        assert sum(nodes[f"b-{n}"].picks_received for n in range(3)) >= 30
        assert nodes["a-0"].calls_made >= 30
        frozen.process.send_signal(signal.SIGSTOP)
        try:
            nodes = await until(call, is_in("b-2", node_pb2.NODE_STATE_FROZEN))
            assert nodes["b-2"].silence.ToNanoseconds() > 0
            assert nodes["b-2"].boot_id
        finally:
            frozen.process.send_signal(signal.SIGCONT)
        nodes = await until(call, all_ready)
        assert not nodes["b-2"].HasField("silence")


async def test_one_that_drains_and_one_that_goes(tmp_path: Path) -> None:
    async with services() as among, node("a", tmp_path, among) as a, AsyncExitStack() as stack:
        b = await stack.enter_async_context(node("b", tmp_path, among))
        async with Client(f"{LOOPBACK}:{a.grpc_port}") as client:
            await client.run("rpc erlang:node()")  # so that there is a link: here no name leads to b
        async with watching(f"{LOOPBACK}:{a.grpc_port}") as call:
            await until(call, all_ready)
            b.set_state(NodeState.DRAINING)
            await until(call, is_in("b-0", node_pb2.NODE_STATE_DRAINING))
            await stack.aclose()
            nodes = await until(call, is_in("b-0", node_pb2.NODE_STATE_GONE))
            assert nodes["b-0"].boot_id == b.identity.boot_id


async def test_a_socket_is_told_while_its_command_runs(tmp_path: Path) -> None:
    releases = held_releases()
    async with two_nodes(tmp_path, releases) as pair, socket(pair.a.ws_port, protocols=[SUBPROTOCOL]) as user:

        async def heard() -> socket_pb2.SocketResponse:
            response: socket_pb2.SocketResponse = Parse(
                await user.socket.receive_str(timeout=SECONDS), socket_pb2.SocketResponse()
            )
            return response

        await user.socket.send_str('{"id":"w","watch":{}}')
        first = await heard()
        assert (first.id, first.watch.seen_by, first.watch.nodes[0].short_name) == ("w", "a-0", "a-0")
        await user.socket.send_str(json.dumps({"id": "slow", "run": {"command": "mfa held:up()"}}))
        await BEGUN.wait()
        for _ in range(2):  # the first may have been on its way before
            assert (await heard()).id == "w"
        GO_ON.set()
        while (ended := await heard()).id == "w":
            pass
        assert (ended.id, ended.run.reply) == ("slow", "ok")
        await user.socket.send_str('{"id":"end","unwatch":{}}')
        while (last := await heard()).id == "w":
            pass
        assert (last.id, last.WhichOneof("response")) == ("end", "unwatch")
        await user.socket.send_str('{"id":"after","run":{"command":"mfa timer:sleep(1200)"}}')
        assert (await heard()).id == "after"


def lookers() -> list[str]:
    """The tasks of a view, by what they run; of others there may be more or fewer at any time."""
    names = (getattr(task.get_coro(), "__qualname__", "") for task in asyncio.all_tasks())
    return [name for name in names if name.startswith(("ClusterView.", "Probe."))]


async def test_nothing_is_left_when_nobody_looks(tmp_path: Path) -> None:
    async with two_nodes(tmp_path) as pair:
        before = len(asyncio.all_tasks())
        async with watching(f"{LOOPBACK}:{pair.a.grpc_port}") as one, watching(f"{LOOPBACK}:{pair.a.grpc_port}") as two:
            for call in (one, two):
                await until(call, lambda nodes: "a-0" in nodes)
            assert lookers()
        await until_it_is(lambda: not lookers() and len(asyncio.all_tasks()) <= before)


async def test_who_watches_a_node_that_stops_is_told_so(tmp_path: Path) -> None:
    async with services() as among:
        async with node("a", tmp_path, among) as a:
            channel = aio.insecure_channel(f"{LOOPBACK}:{a.grpc_port}")
            call = node_pb2_grpc.NodeServiceStub(channel).WatchCluster(node_pb2.WatchClusterRequest())
            await until(call, lambda nodes: "a-0" in nodes)
        async with channel, asyncio.timeout(SECONDS):
            with pytest.raises(aio.AioRpcError) as ended:
                await until(call, lambda nodes: False)
        assert ended.value.code() is grpc.StatusCode.UNAVAILABLE


async def test_a_client_watches_longer_than_a_stream_may_last(tmp_path: Path) -> None:
    async with services() as among, AsyncExitStack() as stack:
        a = await stack.enter_async_context(node("a", tmp_path, among, limits=Limits(stream_seconds=0.3)))
        async with Client(f"{LOOPBACK}:{a.grpc_port}") as client, aclosing(client.watch()) as snapshots:
            for _ in range(4):
                assert (await anext(snapshots)).seen_by == "a-0"
            await stack.aclose()
            with pytest.raises(NodeDown):
                await _drained(snapshots)


async def _drained(snapshots: AsyncGenerator[node_pb2.WatchClusterResponse, None]) -> None:
    async for _ in snapshots:
        pass


@pytest.mark.parametrize(
    ("host", "other"),
    [
        (CLUSTER, CLUSTER.replace("a-sfs-1", "b-sfs-7").replace("a-hl", "b-hl")),
        ("my-a-release-a-sfs-0.my-a-release-a-hl.ns.svc.x", "my-a-release-b-sfs-7.my-a-release-b-hl.ns.svc.x"),
        ("erlang-docker-a-sfs-0.localhost", "erlang-docker-b-sfs-7.localhost"),
        ("10.0.0.1", "10.0.0.1"),
    ],
)
def test_the_chart_s_names_are_known_by_their_numbers(host: str, other: str) -> None:
    assert NodeName("a", host).numbered("b", 7) == NodeName("b", other)


async def test_names_are_looked_up_from_0_upwards() -> None:
    """A hole hides nobody; a set that has shrunk is known by its size."""
    there = {"a": {0, 1, 2}, "b": {0, 2, 3}}

    async def resolve(host: str) -> list[str]:
        kind, _, number = host.partition(".")[0].removeprefix("erlang-docker-").partition("-sfs-")
        if int(number) not in there[kind]:
            raise NotSent(host)
        return ["10.0.0.1"]

    directory = Directory(
        NodeName("a", CLUSTER), {}, (), resolve, lambda host: [Endpoint(Address(host, 50051), tls=False)]
    )
    assert {name.short for name in await directory.names(())} == {f"a-{n}" for n in range(3)} | {
        f"b-{n}" for n in range(4)
    }
    there["b"] -= {2, 3}
    names = await directory.names(())
    assert {name.short for name in names if name.kind == "b"} == {f"b-{n}" for n in range(4)}
    lost = {name for name in names if name.short in ("b-1", "b-2", "b-3")}
    assert {name.short for name in await directory.names(lost) if name.kind == "b"} == {"b-0"}
    first = NodeName("b", CLUSTER.replace("a-", "b-").replace("sfs-1", "sfs-0"))
    assert await directory.endpoints(first) == [Endpoint(Address("10.0.0.1", 50051), tls=False)]
