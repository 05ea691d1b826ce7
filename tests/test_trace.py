"""What a call tells: who answered, what was tried, and where the time went; the same over gRPC and as JSON."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from google.protobuf.json_format import Parse
from grpc import aio

from erlang_docker.errors import NodeDown
from erlang_docker.servers.json_requests import SUBPROTOCOL
from erlang_docker.trace import Boot, Trace
from erlang_docker.v1 import console_pb2, console_pb2_grpc, socket_pb2
from harness import LOOPBACK, Pair, Socket, node, services, socket
from test_metrics import samples

PARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
TRACE_ID = PARENT[3:35]
STEPS = ("queue", "parse", "pick", "link", "run", "print", "wait")


async def run(port: int, command: str, seconds: float = 10, **metadata: str) -> console_pb2.RunResponse:
    async with aio.insecure_channel(f"{LOOPBACK}:{port}") as channel:
        console = console_pb2_grpc.ConsoleServiceStub(channel)
        request = console_pb2.RunRequest(command=command)
        asked = console.Run(request, metadata=tuple(metadata.items()), timeout=seconds)
        response: console_pb2.RunResponse = await asked
        return response


async def heard(user: Socket) -> socket_pb2.SocketResponse:
    response: socket_pb2.SocketResponse = Parse(await user.socket.receive_str(timeout=10), socket_pb2.SocketResponse())
    return response


async def ask(user: Socket, request_id: str, command: str, **more: str) -> socket_pb2.SocketResponse:
    await user.socket.send_str(json.dumps({"id": request_id, "run": {"command": command, **more}}))
    return await heard(user)


@pytest.fixture
async def user(pair: Pair) -> AsyncIterator[Socket]:
    async with socket(pair.a.ws_port, protocols=[SUBPROTOCOL]) as opened:
        assert opened.socket.protocol == SUBPROTOCOL
        yield opened


def check(response: console_pb2.RunResponse, pair: Pair) -> None:
    """Of `rpc timer:sleep(50)`."""
    trace, b = response.trace, pair.b.identity
    assert (response.reply, response.value.atom) == ("ok", "ok")
    assert trace.asked.short_name == "a-0"
    assert (trace.answered.name, trace.answered.boot_id, trace.answered.boot_epoch) == (str(b.name), b.boot_id, 1)
    assert [(attempt.node.short_name, attempt.call_error) for attempt in trace.attempts] == [("b-0", 0)]
    spent = trace.microseconds
    assert spent.run >= 50_000
    assert spent.total == sum(getattr(spent, step) for step in STEPS)
    assert min(spent.parse, spent.pick, spent.link, spent.print) > 0
    assert trace.attempts[0].microseconds > 50_000


async def test_a_call_over_grpc(pair: Pair) -> None:
    check(await run(pair.a.grpc_port, "rpc timer:sleep(50)"), pair)


async def test_a_call_as_json(pair: Pair, user: Socket) -> None:
    response = await ask(user, "mine", "rpc timer:sleep(50)")
    assert response.id == "mine"
    check(response.run, pair)


@pytest.mark.parametrize(
    ("command", "outcome", "reply"),
    [
        ("node", "value", "erlang-docker-a@erlang-docker-a-sfs-0.localhost"),
        ("mfa lists:seq(1,3)", "value", "[1,2,3]"),
        ("mfa lists:seq(1,", "parse_error", None),
        ("mfa erlang:error(boom)", "failure", None),
        ("nodes", "echoed", "nodes"),
    ],
)
async def test_what_stays_here(command: str, outcome: str, reply: str | None, pair: Pair, user: Socket) -> None:
    over_grpc, as_json = await run(pair.a.grpc_port, command), (await ask(user, "", command)).run
    for response in (over_grpc, as_json):
        assert response.WhichOneof("outcome") == outcome
        assert reply is None or response.reply == reply
        assert response.trace.answered == response.trace.asked
        assert not response.trace.attempts
    assert over_grpc.reply == as_json.reply


async def test_the_client_s_trace_goes_on(pair: Pair, user: Socket) -> None:
    assert (await run(pair.a.grpc_port, "rpc erlang:node()", traceparent=PARENT)).trace.trace_id == TRACE_ID
    assert (await ask(user, "", "node", traceparent=PARENT)).run.trace.trace_id == TRACE_ID


@pytest.mark.parametrize(
    "parent", ["", "no", PARENT.upper(), f"ff{PARENT[2:]}", PARENT.replace(TRACE_ID, "0" * 32), f"{PARENT}-more"]
)
async def test_what_is_no_trace_begins_one(parent: str, user: Socket) -> None:
    given = [(await ask(user, "", "node", traceparent=parent)).run.trace.trace_id for _ in range(2)]
    assert all(len(trace_id) == 32 and trace_id not in (TRACE_ID, "0" * 32) for trace_id in given)
    assert given[0] != given[1]


async def test_every_attempt_is_told(tmp_path: Path) -> None:
    """Nobody is behind the service at first."""
    async with services() as among, node("a", tmp_path, among) as a, node("b", tmp_path, among) as b:
        address = among.behind["b"].pop()
        command = asyncio.create_task(run(a.grpc_port, "rpc erlang:node()"))
        while not (await samples(a)).get(("erlang_docker_repicks_total", "NotPicked")):
            await asyncio.sleep(0.01)
        among.behind["b"].append(address)
        response = await command
        attempts = response.trace.attempts
        assert len(attempts) > 1
        assert {(attempt.node.name, attempt.call_error) for attempt in attempts[:-1]} == {
            ("", console_pb2.CALL_ERROR_NOT_SENT)
        }
        assert attempts[-1].node.boot_id == b.identity.boot_id
        among.behind["b"].clear()
        given_up = await run(a.grpc_port, "rpc erlang:node()")
        assert given_up.call_error == console_pb2.CALL_ERROR_NOT_SENT
        assert given_up.trace.answered == given_up.trace.asked
        assert given_up.trace.attempts[-1].call_error == console_pb2.CALL_ERROR_NOT_SENT
        among.behind["b"].append(address)


async def test_the_wait_behind_other_commands_is_not_the_call_s(user: Socket) -> None:
    """However far ahead the client is: 300 commands are more bytes than are parsed at once."""
    commands = ["mfa timer:sleep(300)"] + ["mfa erlang:abs(-1)"] * 300
    for number, command in enumerate(commands):
        await user.socket.send_str(json.dumps({"id": str(number), "run": {"command": command}}))
    responses = [await heard(user) for _ in commands]
    assert [response.id for response in responses] == [str(number) for number in range(301)]
    assert all(response.run.trace.microseconds.queue > 100_000 for response in responses[1:])


@pytest.mark.parametrize("text", ["", "node", "[]", "{", "[" * 60_000, '{"id":"1","what":{}}', '{"run":{"command":1}}'])
async def test_what_is_no_request(text: str, user: Socket) -> None:
    await user.socket.send_str(text)
    assert (await heard(user)).error
    assert (await ask(user, "after", "node")).id == "after"


async def test_a_large_value_comes_whole(user: Socket) -> None:
    response = await ask(user, "", "mfa lists:duplicate(5000,a)")
    assert len(response.run.value.items) == 5000


async def test_a_client_that_asks_for_another_protocol_gets_text(pair: Pair) -> None:
    async with socket(pair.a.ws_port, protocols=["another"]) as plain:
        assert plain.socket.protocol is None
        assert await plain.ask("node") == str(pair.a.identity.name)


def test_a_node_that_does_not_say_how_long_it_ran() -> None:
    """One of an earlier release."""
    trace = Trace()
    trace.begin_attempt("pick")
    trace.picked("erlang-docker-b@b-0", "boot")
    trace.ran(Boot("erlang-docker-b@b-0", "boot"), None)
    assert not trace.run_is_known
    assert trace.seconds["run"] == 0 < trace.seconds["link"]
    trace.failed(NodeDown())
    assert trace.answered is None
