"""Whoever has the token for reading changes nothing, and is told so by each door."""

import json

import grpc
import pytest
from grpc import aio

from erlang_docker.client import Client
from erlang_docker.errors import Forbidden
from erlang_docker.servers.json_requests import SUBPROTOCOL
from harness import LOOPBACK, Pair
from locked import TOKENS, socket

ALLOWED = {
    "node": lambda pair: str(pair.a.identity.name),
    "an echo": lambda pair: "an echo",
    "mfa lists:seq(1,3)": lambda pair: "[1,2,3]",
    "mfa store:get(kept)": lambda pair: "{ok,1}",
    "mfa store:module_info(exports)": None,
    "mfa erlang_docker:spread(2)": lambda pair: f"[{{'{pair.b.identity.name}',2}}]",
    "mfa greeter:hello(x)": lambda pair: '[<<"hello x">>]',
    "rpc erlang:node()": lambda pair: f"'{pair.b.identity.name}'",
    "rpc store:get(nothing)": lambda pair: "error",
    "mfa foo:bar()": lambda pair: "{error,undef,[{foo,bar,[],[]}]}",
    "mfa no call": None,
}
FORBIDDEN = [
    "mfa store:put(kept,2)",
    "mfa store:delete(kept)",
    f'mfa store:put(kept,"{"x" * 9000}")',  # read in turn
    "mfa greeter:nap(1)",
    "mfa rpc:call(n,store,get,[kept])",
    "mfa rpc:cast(n,store,delete,[kept])",
    "mfa rpc:multicall(store,delete,[kept])",
    "rpc store:delete(kept)",
    "rpc greeter:hello(x)",  # the caller cannot know what it is there
    "rpc foo:bar()",
]


async def test_who_reads_changes_nothing(locked: Pair) -> None:
    async with socket(locked.a, TOKENS["run"]) as runner, socket(locked.a, TOKENS["read"]) as reader:
        assert await runner.ask("mfa store:put(kept,1)") == "ok"
        for command, reply in ALLOWED.items():
            said = await reader.ask(command)
            assert said == reply(locked) if reply else said != "{error,eacces}", command
        for command in FORBIDDEN:
            assert await reader.ask(command) == "{error,eacces}", command[:80]
        assert await runner.ask("mfa store:get(kept)") == "{ok,1}"
        assert await runner.ask("rpc greeter:hello(x)") == '[<<"hello x">>]'
        assert await runner.ask("rpc store:delete(kept)") == "ok"


async def test_the_page_s_socket_says_it_by_call_error(locked: Pair) -> None:
    async with socket(locked.a, TOKENS["read"], SUBPROTOCOL) as reader:
        answer = json.loads(await reader.ask(json.dumps({"id": "1", "run": {"command": "mfa store:delete(kept)"}})))
    assert (answer["run"]["reply"], answer["run"]["callError"]) == ("{error,eacces}", "CALL_ERROR_FORBIDDEN")


async def test_grpc_says_it_by_status(locked: Pair) -> None:
    async with Client(f"{LOOPBACK}:{locked.a.grpc_port}", token=TOKENS["read"]) as client:
        assert await client.mfa("lists:seq", 1, 3, returns=list[int]) == [1, 2, 3]
        with pytest.raises(Forbidden) as refused:
            await client.rpc("store:delete", "kept")
        listed = {f"{each.module}:{each.name}": each.read_only for each in await client.functions()}
    cause = refused.value.__cause__
    assert isinstance(cause, aio.AioRpcError)
    assert cause.code() is grpc.StatusCode.PERMISSION_DENIED
    assert str(cause.details()).startswith("{error,eacces}")
    assert {name for name, reads in listed.items() if not reads} == {
        *(f"store:{name}" for name in ("put", "delete")),
        *(f"rpc:{name}" for name in ("call", "cast", "multicall")),
        "greeter:nap",  # not marked, so nobody knows
    }
