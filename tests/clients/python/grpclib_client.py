"""Port 50051, as a user of `grpclib` speaks to it: ADDRESS NODE_A NODE_B."""

import asyncio
import sys
from collections.abc import Awaitable
from typing import Any

from erlang_docker.v1.console_grpc import ConsoleServiceStub
from erlang_docker.v1.node_grpc import NodeServiceStub
from erlang_docker.v1.rpc_grpc import RpcServiceStub
from grpclib.client import Channel
from grpclib.const import Cardinality, Status
from grpclib.exceptions import GRPCError
from grpclib.health.v1.health_grpc import HealthStub
from grpclib.health.v1.health_pb2 import HealthCheckRequest, HealthCheckResponse
from grpclib.reflection.v1.reflection_grpc import ServerReflectionStub
from grpclib.reflection.v1.reflection_pb2 import ServerReflectionRequest

from clients.python.checks import ADDRESS, NODE_A, NODE_B, contract, run
from erlang_docker.v1 import console_pb2, node_pb2, rpc_pb2, term_pb2

SERVICES = {f"erlang_docker.v1.{name}Service" for name in ("Console", "Node", "Rpc")}


def channel() -> Channel:
    host, port = ADDRESS.split(":")
    return Channel(host, int(port))


async def command(text: str, timeout: float | None = None) -> Any:
    async with channel() as opened:
        request = console_pb2.RunRequest(command=text)
        return await ConsoleServiceStub(opened).Run(request, timeout=timeout)


async def refused(call: Awaitable[Any]) -> Status:
    """The status of a call that fails."""
    try:
        await call
    except GRPCError as error:
        return error.status
    raise AssertionError("answered")


async def recorded() -> None:
    """The contract."""
    for text, reply in contract():
        assert (await command(text)).reply == reply, text


async def chinese() -> None:
    """Chinese text."""
    assert (await command("你好，世界")).reply == "你好，世界"  # noqa: RUF001
    assert (await command('mfa string:length("你好")')).reply == "2"


async def long() -> None:
    """60 KiB."""
    text = "世" * (20 << 10)
    assert (await command(text)).reply == text


async def too_long() -> None:
    """More than 64 KiB."""
    answer = await command("x" * ((64 << 10) + 1))
    assert answer.reply == "{error,{limit,text_bytes,65536}}"
    assert answer.WhichOneof("outcome") == "parse_error"


async def value() -> None:
    """A value."""
    answer = await command("mfa lists:seq(-1,3,2)")
    assert answer.value.composite == term_pb2.COMPOSITE_LIST
    assert [item.integer for item in answer.value.items] == [-1, 1, 3]


async def failure() -> None:
    """A failure."""
    answer = await command("rpc erlang:throw(boom)")
    assert answer.failure.failure_class == rpc_pb2.FAILURE_CLASS_THROW
    assert answer.failure.reason.atom == "boom"


async def no_call() -> None:
    """No call."""
    assert (await command("mfa nobody")).WhichOneof("outcome") == "parse_error"


async def no_answer() -> None:
    """A call without an answer."""
    answer = await command("rpc timer:sleep(60000)")
    assert (answer.reply, answer.call_error) == ("{badrpc,timeout}", console_pb2.CALL_ERROR_TIMEOUT)


async def get_node() -> None:
    """GetNode."""
    async with channel() as opened:
        node = await NodeServiceStub(opened).GetNode(node_pb2.GetNodeRequest())
    assert (node.name, node.kind, node.state) == (NODE_A, node_pb2.NODE_KIND_A, node_pb2.NODE_STATE_READY)


async def list_peers() -> None:
    """ListPeers."""
    await command("rpc erlang:node()")
    async with channel() as opened:
        answer = await NodeServiceStub(opened).ListPeers(node_pb2.ListPeersRequest())
    assert [peer.name for peer in answer.peers] == [NODE_B]


async def list_functions() -> None:
    """ListFunctions."""
    async with channel() as opened:
        answer = await NodeServiceStub(opened).ListFunctions(node_pb2.ListFunctionsRequest())
    (seq,) = (entry for entry in answer.functions if (entry.module, entry.name, entry.arity) == ("lists", "seq", 2))
    assert (await command(f"mfa {seq.example}")).WhichOneof("outcome") == "value"


async def health_check() -> None:
    """Health.Check."""
    async with channel() as opened:
        check = HealthStub(opened).Check
        for service in ("", *SERVICES):
            answer = await check(HealthCheckRequest(service=service))
            assert answer.status == HealthCheckResponse.SERVING
        assert await refused(check(HealthCheckRequest(service="nobody"))) is Status.NOT_FOUND


async def health_watch() -> None:
    """Health.Watch."""
    async with channel() as opened:
        for service, status in (("", HealthCheckResponse.SERVING), ("nobody", HealthCheckResponse.SERVICE_UNKNOWN)):
            async with HealthStub(opened).Watch.open() as stream:
                await stream.send_message(HealthCheckRequest(service=service), end=True)
                assert (await stream.recv_message()).status == status
                await stream.cancel()


async def reflection() -> None:
    """Reflection, v1."""
    request = ServerReflectionRequest(list_services="")
    async with channel() as opened:
        (answer,) = await ServerReflectionStub(opened).ServerReflectionInfo([request])
    assert {service.name for service in answer.list_services_response.service} >= SERVICES


async def deadline() -> None:
    """A deadline."""
    try:
        await command("mfa timer:sleep(3000)", timeout=0.2)
    except TimeoutError:
        return
    raise AssertionError("answered")


async def cancel() -> None:
    """A cancelled call; the channel goes on."""
    async with channel() as opened:
        console = ConsoleServiceStub(opened)
        call = asyncio.create_task(console.Run(console_pb2.RunRequest(command="mfa timer:sleep(3000)")))
        await asyncio.sleep(0.2)
        call.cancel()
        assert (await console.Run(console_pb2.RunRequest(command="node"))).reply == NODE_A


async def at_once() -> None:
    """100 calls at once on one channel."""
    requests = [console_pb2.RunRequest(command=f"rpc erlang:abs(-{number})") for number in range(100)]
    async with channel() as opened:
        answers = await asyncio.gather(*map(ConsoleServiceStub(opened).Run, requests))
    assert [int(answer.reply) for answer in answers] == list(range(100))


async def too_large() -> None:
    """A message of 5 MiB."""
    assert await refused(command("x" * (5 << 20))) is Status.RESOURCE_EXHAUSTED


async def proof() -> None:
    """A call between nodes without the proof."""
    request = rpc_pb2.CallRequest(module="erlang", function="node")
    async with channel() as opened:
        assert await refused(RpcServiceStub(opened).Call(request)) is Status.UNAUTHENTICATED


async def no_method() -> None:
    """A method that is not there."""
    path = "/erlang_docker.v1.ConsoleService/Stop"
    async with (
        channel() as opened,
        opened.request(path, Cardinality.UNARY_UNARY, console_pb2.RunRequest, console_pb2.RunResponse) as stream,
    ):
        await stream.send_message(console_pb2.RunRequest(), end=True)
        assert await refused(stream.recv_message()) is Status.UNIMPLEMENTED


CHECKS = (
    *(recorded, chinese, long, too_long, value, failure, no_call, no_answer),
    *(get_node, list_peers, list_functions, health_check, health_watch, reflection),
    *(deadline, cancel, at_once, too_large, proof, no_method),
)

if __name__ == "__main__":
    sys.exit(asyncio.run(run("grpclib", *CHECKS)))
