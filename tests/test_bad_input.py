"""Bad input at every endpoint: a clear answer, and the node lives."""

import asyncio

import grpc
import pytest
from grpc import aio

from erlang_docker.client import Client
from erlang_docker.local.cluster import Cluster
from erlang_docker.v1 import console_pb2
from harness import LOOPBACK, Pair, resident_mib, socket

COMMANDS = [
    ("mfa lists:reverse(" + "[" * 100_000 + ")", None),
    ("mfa lists:reverse(" + "[" * 30_000 + "]" * 30_000 + ")", "{error,{limit,tokens,10000}}"),
    ("mfa lists:reverse(" + "[" * 65 + "]" * 65 + ")", "{error,{limit,depth,64}}"),
    ("rpc lists:reverse(" + "{" * 4000 + "}" * 4000 + ")", "{error,{limit,depth,64}}"),
    ("mfa nobody:nothing(1)", "{error,undef,[{nobody,nothing,[1],[]}]}"),
    ("mfa erlang:node(1,2,3)", "{error,undef,[{erlang,node,[1,2,3],[]}]}"),
    ("rpc nobody:nothing(1)", "{badrpc,{'EXIT',{undef,[{nobody,nothing,[1],[]}]}}}"),
    ("mfa erlang:abs(" + "9" * 1001 + ")", "{error,{limit,integer_digits,1000}}"),
    ("rpc erlang:abs(" + "9" * 60_000 + ")", "{error,{limit,integer_digits,1000}}"),
    ("mfa lists:seq(1,\x00)", """{error,{1,erl_parse,["syntax error before: ","']'"]}}"""),
    ("mfa lists:seq(1,\ue000)", "{error,{1,erl_scan,{illegal,character}}}"),
    ("mfa erlang:abs(1e400)", None),
]


@pytest.mark.parametrize(("command", "expected"), COMMANDS, ids=lambda value: repr(value)[:40])
async def test_commands(command: str, expected: str | None, pair: Pair) -> None:
    """None: the text is over 64 KiB, or Erlang's own words are not the point."""
    async with Client(f"{LOOPBACK}:{pair.a.grpc_port}") as client:
        reply = await client.run(command)
        assert reply == expected or (expected is None and reply.startswith("{error,"))
        assert await client.run("node") == str(pair.a.identity.name)


async def test_a_reply_is_cut(pair: Pair) -> None:
    async with Client(f"{LOOPBACK}:{pair.a.grpc_port}") as client:
        nodes = f"['{pair.a.identity.name}','{pair.b.identity.name}']"
        four = f"[{nodes},rpc,multicall,[{nodes},lists,seq,[1,10000]]]"
        reply = await client.run(f"mfa rpc:multicall({nodes},rpc,multicall,{four})")
    assert reply.endswith("characters")
    assert len(reply) < 300_000


async def test_grpc_refuses_what_is_no_message(pair: Pair) -> None:
    async with aio.insecure_channel(f"{LOOPBACK}:{pair.a.grpc_port}") as channel:
        call = channel.unary_unary("/erlang_docker.v1.ConsoleService/Run")
        for sent in (b"\x0a\x02\xff\xfe", b"\xff" * 100):
            with pytest.raises(aio.AioRpcError) as refused:
                await call(sent)
            assert refused.value.code() in (grpc.StatusCode.INTERNAL, grpc.StatusCode.UNKNOWN)
        with pytest.raises(aio.AioRpcError) as refused:
            await call(console_pb2.RunRequest(command="x" * (5 << 20)).SerializeToString())
        assert refused.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
        unknown = channel.unary_unary("/erlang_docker.v1.ConsoleService/Nothing")
        with pytest.raises(aio.AioRpcError) as refused:
            await unknown(b"")
        assert refused.value.code() is grpc.StatusCode.UNIMPLEMENTED


async def test_the_grpc_door_outlives_a_client_that_speaks_no_http2(pair: Pair) -> None:
    reader, writer = await asyncio.open_connection(LOOPBACK, pair.a.grpc_port)
    writer.write(b"GET / HTTP/1.1\r\n\r\n" * 100)
    await asyncio.wait_for(reader.read(), 10)
    writer.close()
    async with Client(f"{LOOPBACK}:{pair.a.grpc_port}") as client:
        assert await client.run("still there") == "still there"


async def test_memory_stays_flat(cluster: Cluster) -> None:
    """The worst texts again and again add less than 50 MiB to a node in a process of its own."""
    worst = [command for command, _ in COMMANDS if len(command) < 65_000]
    node = cluster.nodes[0]
    assert node.process is not None

    async def round_() -> None:
        async with socket(node.plan.ws.port) as user:
            for command in worst:
                await user.ask(command)

    await round_()
    before = resident_mib(node.process.pid)
    for _ in range(10):
        await asyncio.gather(*(round_() for _ in range(8)))
    assert resident_mib(node.process.pid) - before < 50
