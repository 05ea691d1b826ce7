"""gRPC: reflection, health, the console, and who may call RpcService."""

from collections.abc import AsyncIterator

import grpc
import pytest
from google.protobuf.descriptor_pb2 import FileDescriptorProto
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.json_format import MessageToDict
from grpc import aio
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2

from erlang_docker.client import Client
from erlang_docker.link.proof import Claim, Cookie
from erlang_docker.v1 import console_pb2, console_pb2_grpc, node_pb2, node_pb2_grpc, rpc_pb2, rpc_pb2_grpc
from harness import COOKIE, LOOPBACK, Pair, until

NODE_CALL = rpc_pb2.CallRequest(module="erlang", function="node")


@pytest.fixture
async def channel(pair: Pair) -> AsyncIterator[aio.Channel]:
    async with aio.insecure_channel(f"{LOOPBACK}:{pair.a.grpc_port}") as opened:
        yield opened


@pytest.mark.parametrize("version", ["v1", "v1alpha"])
async def test_reflection(version: str, channel: aio.Channel) -> None:
    """It lists the services and describes each; the messages of both versions are the same on the wire."""
    ask = channel.stream_stream(
        f"/grpc.reflection.{version}.ServerReflection/ServerReflectionInfo",
        reflection_pb2.ServerReflectionRequest.SerializeToString,
        reflection_pb2.ServerReflectionResponse.FromString,
    )
    (listed,) = [answer async for answer in ask([reflection_pb2.ServerReflectionRequest(list_services="")])]
    names = {service.name for service in listed.list_services_response.service}
    assert names == {
        "erlang_docker.v1.RpcService",
        "erlang_docker.v1.ConsoleService",
        "erlang_docker.v1.NodeService",
        "erlang_docker.v1.StoreService",
        "grpc.health.v1.Health",
        "grpc.reflection.v1.ServerReflection",
        "grpc.reflection.v1alpha.ServerReflection",
    }
    names.add("google.rpc.ErrorInfo")  # of no service: it stands in the details of a status
    questions = [reflection_pb2.ServerReflectionRequest(file_containing_symbol=name) for name in names]
    described, comments = set(), ""
    async for answer in ask(questions):
        pool = DescriptorPool()
        for file in reversed(answer.file_descriptor_response.file_descriptor_proto):
            pool.AddSerializedFile(file)
            comments += str(FileDescriptorProto.FromString(file).source_code_info)
        symbol = answer.original_request.file_containing_symbol
        find = pool.FindMessageTypeByName if symbol == "google.rpc.ErrorInfo" else pool.FindServiceByName
        described.add(find(symbol).full_name)
    assert described == names
    assert "Run one command, like a text frame on the WebSocket." in comments


@pytest.mark.parametrize("service", ["", "erlang_docker.v1.RpcService"])
async def test_health(service: str, channel: aio.Channel) -> None:
    answer = await health_pb2_grpc.HealthStub(channel).Check(health_pb2.HealthCheckRequest(service=service))
    assert answer.status == health_pb2.HealthCheckResponse.SERVING


async def test_console(channel: aio.Channel, pair: Pair) -> None:
    console = console_pb2_grpc.ConsoleServiceStub(channel)
    answer = await console.Run(console_pb2.RunRequest(command="rpc erlang:node()"))
    assert answer.reply == f"'{pair.b.identity.name}'"
    answer = await console.Run(console_pb2.RunRequest(command="x" * 65537))
    assert answer.reply == "{error,{limit,text_bytes,65536}}"


async def test_node(channel: aio.Channel, pair: Pair) -> None:
    answer = await node_pb2_grpc.NodeServiceStub(channel).GetNode(node_pb2.GetNodeRequest())
    shown = MessageToDict(answer)
    assert shown.pop("startTime")
    assert shown == {
        "name": str(pair.a.identity.name),
        "kind": "NODE_KIND_A",
        "shortName": "a-0",
        "bootId": pair.a.identity.boot_id,
        "bootEpoch": "1",
        "state": "NODE_STATE_READY",
        "version": "0.1.0",
    }


async def test_peers_and_functions(channel: aio.Channel, pair: Pair) -> None:
    nodes = node_pb2_grpc.NodeServiceStub(channel)
    async with Client(f"{LOOPBACK}:{pair.a.grpc_port}") as client:
        await client.run("rpc erlang:node()")
    peers = (await nodes.ListPeers(node_pb2.ListPeersRequest())).peers
    assert [(peer.name, peer.boot_id) for peer in peers] == [(str(pair.b.identity.name), pair.b.identity.boot_id)]
    functions = (await nodes.ListFunctions(node_pb2.ListFunctionsRequest())).functions
    assert ("store", "put", 2) in {(entry.module, entry.name, entry.arity) for entry in functions}
    assert all(entry.help and entry.example for entry in functions)


async def test_rpc_needs_the_proof(channel: aio.Channel, pair: Pair) -> None:
    rpc = rpc_pb2_grpc.RpcServiceStub(channel)
    with pytest.raises(aio.AioRpcError) as refused:
        await rpc.Call(NODE_CALL)
    assert refused.value.code() is grpc.StatusCode.UNAUTHENTICATED
    async with Client(f"{LOOPBACK}:{pair.a.grpc_port}") as client:
        token = await client.token(Cookie(COOKIE))
    answer = await rpc.Call(NODE_CALL, metadata=token)
    assert answer.value.atom == str(pair.a.identity.name)
    with pytest.raises(aio.AioRpcError) as refused:
        await rpc.Call(NODE_CALL, metadata=token)
    assert refused.value.code() is grpc.StatusCode.UNAUTHENTICATED


@pytest.mark.parametrize(("target", "boot"), [("erlang-docker-a@another", ""), ("", "another boot")])
async def test_a_call_meant_for_another_runs_nothing(target: str, boot: str, channel: aio.Channel, pair: Pair) -> None:
    claim = Claim.make("test", target or str(pair.a.identity.name), boot or pair.a.identity.boot_id)
    with pytest.raises(aio.AioRpcError) as refused:
        await rpc_pb2_grpc.RpcServiceStub(channel).Call(NODE_CALL, metadata=Cookie(COOKIE).prove(claim))
    assert refused.value.code() is grpc.StatusCode.FAILED_PRECONDITION


async def test_a_slow_function_meets_the_deadline(channel: aio.Channel, pair: Pair) -> None:
    claim = Claim.make("test", str(pair.a.identity.name), pair.a.identity.boot_id)
    call = rpc_pb2.CallRequest(module="timer", function="sleep")
    call.arguments.add().integer = 60_000
    with pytest.raises(aio.AioRpcError) as refused:
        await rpc_pb2_grpc.RpcServiceStub(channel).Call(call, metadata=Cookie(COOKIE).prove(claim), timeout=0.2)
    assert refused.value.code() is grpc.StatusCode.DEADLINE_EXCEEDED


async def test_calls_of_a_link_end_in_time_whatever_it_says_of_them(channel: aio.Channel, pair: Pair) -> None:
    """A deadline in seven weeks is one in 5 s, and an id that comes twice takes the place of its call."""
    claim = Claim.make("test", str(pair.a.identity.name), pair.a.identity.boot_id)
    link = rpc_pb2_grpc.RpcServiceStub(channel).Link(metadata=Cookie(COOKIE).prove(claim))
    call = rpc_pb2.CallRequest(module="timer", function="sleep")
    call.arguments.add().integer = 60_000
    await until(lambda: not pair.a.still_open()["calls"])  # nor those that other tests have given up
    calls = [rpc_pb2.LinkCall(id=number, request=call, timeout_ms=(1 << 32) - 1) for number in (1, 1, 2)]
    await link.write(rpc_pb2.LinkRequest(calls=calls))
    await until(lambda: pair.a.still_open()["calls"] == 2)
    await until(lambda: pair.a.still_open()["calls"] == 0)
    link.cancel()
