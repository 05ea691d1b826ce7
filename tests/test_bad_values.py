"""One bad value costs its own call: what a neighbour on the same link and on the same socket sees of it is nothing."""

import asyncio
import re
from collections.abc import AsyncIterator

import pytest
from grpc import aio

import bad_functions
from erlang_docker import Client, Release
from erlang_docker.link.proof import Claim, Cookie
from erlang_docker.v1 import rpc_pb2, rpc_pb2_grpc
from harness import COOKIE, LOOPBACK, Pair, socket, two_nodes, until

RELEASES = {kind: Release(kind, peer, (bad_functions,)) for kind, peer in ("ab", "ba")}
CRASH = r"\{crash,'?[0-9a-f]{8}'?\}"
LIMIT = "system_limit"
VALUE = "value "
"""What follows is not a failure: it has been converted."""
EXPECTED = {
    "truth()": VALUE + "true",
    "nothing()": VALUE + r"\[1,undefined\]",
    "point()": CRASH,
    "colour()": CRASH,
    "text_reason()": '<<"text">>',
    "object_reason()": CRASH,
    "kind()": CRASH,
    "deep_reason(98)": LIMIT,
    "cycle()": LIMIT,
    "deep(5000)": LIMIT,
    "surrogate()": CRASH,
    "surrogate_atom()": CRASH,
    "long()": LIMIT,
    "deep(98)": LIMIT,
    "generator()": CRASH,
    "coroutine()": CRASH,
    "cancelled()": CRASH,
    "cancelled_now()": CRASH,
    "timeout()": CRASH,
    "interrupt()": CRASH,
}
PRINTED_HERE = {"deep(98)", "deep_reason(98)", "long()"}
"""What only the link cannot carry; here it is printed."""


@pytest.fixture(scope="module")
async def users(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Pair]:
    async with two_nodes(tmp_path_factory.mktemp("bad"), RELEASES) as nodes:
        yield nodes


async def link_to_b(client: Client, users: Pair) -> tuple[int, int]:
    """When the link to b was made, and how many calls it has carried: fewer than before if it was replaced."""
    (peer,) = [peer for peer in await client.peers() if peer.name == str(users.b.identity.name)]
    return peer.connect_time.ToNanoseconds(), peer.call_count


@pytest.mark.parametrize(("call", "expected"), EXPECTED.items())
async def test_over_a_link(call: str, expected: str, users: Pair) -> None:
    async with Client(f"{LOOPBACK}:{users.a.grpc_port}") as client, Client(f"{LOOPBACK}:{users.a.grpc_port}") as other:
        assert await client.run("rpc erlang:node()")
        made, _ = await link_to_b(client, users)
        neighbour = asyncio.create_task(other.run("rpc timer:sleep(100)"))
        await asyncio.sleep(0.02)
        reply = (await client.run(f"rpc bad:{call}")).replace("\n ", "").replace("  ", "")
        assert await neighbour == "ok"
        assert (await link_to_b(client, users))[0] == made
    if expected.startswith(VALUE):
        assert re.fullmatch(expected.removeprefix(VALUE), reply)
    else:
        assert re.match(rf"\{{badrpc,\{{'EXIT',\{{?{expected},?", reply), reply


@pytest.mark.parametrize(("call", "expected"), EXPECTED.items())
async def test_on_a_socket(call: str, expected: str, users: Pair) -> None:
    async with socket(users.a.ws_port) as user:
        reply = (await user.ask(f"mfa bad:{call}")).replace("\n ", "").replace("  ", "")
        assert await user.ask("node") == str(users.a.identity.name)
    if call in PRINTED_HERE:
        assert LIMIT not in reply
    elif expected.startswith(VALUE):
        assert re.fullmatch(expected.removeprefix(VALUE), reply)
    else:
        assert re.match(rf"\{{error,{expected}[,}}]", reply), reply


@pytest.mark.parametrize("verb", ["mfa", "rpc"])
async def test_for_programs(verb: str, users: Pair) -> None:
    """Whatever can be printed but not sent still has its text."""
    async with Client(f"{LOOPBACK}:{users.a.grpc_port}") as client:
        for call in EXPECTED:
            assert await client.run(f"{verb} bad:{call}")
        assert await client.mfa("erlang:node") == str(users.a.identity.name)


async def test_arguments_that_cannot_be_sent_cost_their_own_call(users: Pair) -> None:
    """46 calls to many, each inside of the one before, around a deep list: the call is stopped where it starts."""
    name = f"'{users.b.identity.name}'"
    call = "erlang,hd,[[[]]]"
    for _ in range(24):
        call = f"rpc,multicall,[[{name}],{call}]"
    async with socket(users.a.ws_port) as user:
        assert await user.ask(f"mfa rpc:multicall([{name}],{call})") != ""
        assert await user.ask("rpc erlang:node()") == name


async def test_a_foreign_client_that_sends_closes_and_then_reads_gets_all_answers(users: Pair) -> None:
    claim = Claim.make("foreigner", str(users.b.identity.name), users.b.identity.boot_id)
    async with aio.insecure_channel(f"{LOOPBACK}:{users.b.grpc_port}") as channel:
        stream = rpc_pb2_grpc.RpcServiceStub(channel).Link(metadata=Cookie(COOKIE).prove(claim))
        calls = [link_call(number, "lists", "seq", 1, 5000) for number in range(1, 51)]
        calls += [link_call(number, "timer", "sleep", 200) for number in range(51, 101)]
        await stream.write(rpc_pb2.LinkRequest(calls=calls))
        await stream.done_writing()
        await asyncio.sleep(0.5)
        answered = [answer.id async for response in stream for answer in response.answers]
    assert sorted(answered) == list(range(1, 101))


async def test_a_client_that_is_gone_leaves_nothing_running(users: Pair) -> None:
    """Its calls are cancelled, and awaited: a warning about a task that was not would fail this test."""
    claim = Claim.make("foreigner", str(users.b.identity.name), users.b.identity.boot_id)
    before = len(asyncio.all_tasks())
    async with aio.insecure_channel(f"{LOOPBACK}:{users.b.grpc_port}") as channel:
        stream = rpc_pb2_grpc.RpcServiceStub(channel).Link(metadata=Cookie(COOKIE).prove(claim))
        await stream.write(
            rpc_pb2.LinkRequest(calls=[link_call(number, "timer", "sleep", 4000) for number in range(50)])
        )
        await stream.initial_metadata()
        await until(lambda: len(asyncio.all_tasks()) > before + 40)
        stream.cancel()
    await until(lambda: len(asyncio.all_tasks()) <= before)


async def test_a_map_that_lacks_a_value_is_refused_alone(users: Pair) -> None:
    claim = Claim.make("foreigner", str(users.b.identity.name), users.b.identity.boot_id)
    broken, good = link_call(1, "maps", "keys"), link_call(2, "erlang", "abs", -1)
    odd = broken.request.arguments.add()
    odd.composite = 3
    odd.items.add().integer = 1
    async with aio.insecure_channel(f"{LOOPBACK}:{users.b.grpc_port}") as channel:
        stream = rpc_pb2_grpc.RpcServiceStub(channel).Link(metadata=Cookie(COOKIE).prove(claim))
        await stream.write(rpc_pb2.LinkRequest(calls=[broken, good]))
        await stream.done_writing()
        answers = {answer.id: answer.response async for response in stream for answer in response.answers}
    assert answers[1].failure.reason.atom == "badarg"
    assert answers[2].value.integer == 1


def link_call(number: int, module: str, function: str, *args: int) -> rpc_pb2.LinkCall:
    call = rpc_pb2.LinkCall(id=number, timeout_ms=5000)
    call.request.module, call.request.function = module, function
    for arg in args:
        call.request.arguments.add().integer = arg
    return call
