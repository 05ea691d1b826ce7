"""A user's own functions, on a node of each kind, over real sockets."""

import asyncio
import logging
import os
import re
import signal
import sys
from collections.abc import AsyncIterator
from types import ModuleType

import pytest

import greeter
import user_functions
from erlang_docker.client import Client
from erlang_docker.functions.exports import build_table
from erlang_docker.functions.from_term import reader_of
from erlang_docker.functions.workers import Workers
from erlang_docker.metrics.node import Metrics
from erlang_docker.release import Release
from harness import LOOPBACK, Pair, two_nodes
from otp.errors import ExportError
from otp.export import export
from test_metrics import grown, samples

CALLS = {
    "user:echo(#{a => [1.5]})": "#{a => [1.5]}",
    'user:text("né")': '<<"né"/utf8>>',
    "user:text('an atom')": '<<"an atom">>',
    'user:text(<<"b">>)': '<<"b">>',
    "user:text(<<255>>)": "badarg",
    "user:text([1,a])": "badarg",
    "user:text([-1])": "badarg",
    "user:text(1)": "badarg",
    "user:ratio(3)": "1.0",
    "user:ratio(a)": "badarg",
    "user:ratio(0)": "crash",
    "user:flip(true)": "false",
    "user:flip(maybe)": "badarg",
    "user:maybe(undefined)": "undefined",
    "user:maybe(1)": "2",
    "user:maybe(1.0)": "badarg",
    'user:nested(#{"a" => [{1,true}]})': '#{<<"a">> => [{1,true}]}',
    'user:nested(#{"a" => [{1}]})': "badarg",
    'user:nested(#{"a" => {1,true}})': "badarg",
    "user:nested([])": "badarg",
    "user:deep(3)": "[[[[]]]]",
    "user:bug()": "crash",
    "user:object()": "crash",
    "user:worker_bug()": "{exit,worker,[{user,worker_bug,[],[]}]}",
    "user:refuse(no)": "{throw,no,[{user,refuse,[no],[]}]}",
    'user:refuse("no")': "badarg",
    "user:memory()": "system_limit",
    "user:large()": "system_limit",
    "user:die()": "crash",
    "user:leave()": "crash",
    "user:worker_leave()": "crash",
    "user:segfault()": "crash",
    "user:slow()": '<<"done">>',
    "greeter:hello(world,2)": '[<<"hello world">>,<<"hello world">>]',
    "greeter:hello([])": '[<<"hello ">>]',
    "greeter:nap(1)": "undefined",
    "greeter:factor(600851475143)": "[71,839,1471,6857]",
    "greeter:module_info(exports)": "[{factor,1},{hello,1},{hello,2},{module_info,1},{nap,1}]",
}


@pytest.fixture(scope="module")
async def users(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Pair]:
    releases = {kind: Release(kind, peer, (user_functions, greeter)) for kind, peer in ("ab", "ba")}
    async with two_nodes(tmp_path_factory.mktemp("users"), releases) as nodes:
        yield nodes


@pytest.fixture
async def client(users: Pair) -> AsyncIterator[Client]:
    async with Client(f"{LOOPBACK}:{users.a.grpc_port}") as opened:
        yield opened


@pytest.mark.parametrize(("call", "expected"), CALLS.items())
async def test_calls(call: str, expected: str, client: Client) -> None:
    reply = await client.run(f"mfa {call}")
    if expected == "crash":
        assert re.match(r"\{error,\{crash,'?[0-9a-f]{8}'?\},", reply)
    elif expected in ("badarg", "system_limit"):
        assert reply.startswith(f"{{error,{expected},")
    else:
        assert reply == expected


@pytest.mark.parametrize("verb", ["mfa", "rpc"])
async def test_a_value_too_deep_to_print_is_an_error(verb: str, client: Client) -> None:
    assert "system_limit" in await client.run(f"{verb} user:deep(5000)")
    assert await client.run("node")


async def test_a_node_of_the_other_kind_runs_them_too(client: Client) -> None:
    assert await client.run("rpc greeter:hello(you)") == '[<<"hello you">>]'
    assert await client.run("rpc user:slow()") == '<<"done">>'
    assert (await client.run("rpc user:bug()")).startswith("{badrpc,{'EXIT',{{crash,")


async def test_workers_are_processes_of_their_own(client: Client) -> None:
    assert int(await client.run("mfa user:pid()")) != os.getpid()


@pytest.mark.parametrize("function", ["burn", "power"])
async def test_a_worker_is_killed_at_the_deadline_and_holds_up_nobody(
    function: str, client: Client, users: Pair
) -> None:
    """Two burn, as many as there are workers; the loop serves on, and the next call gets a new worker."""
    before = await samples(users.a)
    burning = [asyncio.create_task(client.run(f"mfa user:{function}()")) for _ in range(2)]
    answered = 0
    while not all(task.done() for task in burning):
        assert await client.run("mfa lists:sum([1,2])") == "3"
        answered += 1
        await asyncio.sleep(0.05)
    assert answered > 20
    assert [await task for task in burning] == [f"{{error,timeout,[{{user,{function},[],[]}}]}}"] * 2
    assert await client.run("mfa user:slow()") == '<<"done">>'
    after = await samples(users.a)
    assert grown(before, after, "workers_killed_total") == {"": 2}
    assert grown(before, after, "workers_started_total")[""] >= 2


async def test_workers_without_memory_and_those_that_die_are_counted(client: Client, users: Pair) -> None:
    before = await samples(users.a)
    assert "system_limit" in await client.run("mfa user:memory()")
    assert "crash" in await client.run("mfa user:die()")
    after = await samples(users.a)
    assert grown(before, after, "workers_out_of_memory_total") == {"": 1}
    assert grown(before, after, "workers_died_total") == {"": 1}
    assert grown(before, after, "workers_killed_total") == {}


@pytest.mark.parametrize("function", ["burn", "count"])
async def test_a_worker_ends_with_its_call(function: str, client: Client, users: Pair) -> None:
    """A caller that does not wait any longer, here another node, takes the worker away, and the next is served soon."""
    name = users.b.identity.name
    assert await client.run(f"mfa rpc:call('{name}',user,{function},[],500)") == "{badrpc,timeout}"
    asked = [client.run(f"mfa rpc:call('{name}',user,slow,[],4500)") for _ in range(2)]
    assert await asyncio.gather(*asked) == ['<<"done">>'] * 2


async def test_an_exception_that_cannot_be_made_again_leaves_the_workers_whole(client: Client) -> None:
    assert (await client.run("mfa user:odd()")).startswith("{error,{crash,")
    assert await client.run("mfa user:slow()") == '<<"done">>'


async def test_a_worker_that_dies_idle_is_replaced(client: Client, users: Pair) -> None:
    """The call that is on its way when it is missed may fail."""
    pid = int(await client.run("mfa user:pid()"))
    before = await samples(users.a)
    os.kill(pid, signal.SIGKILL)
    while not grown(before, await samples(users.a), "workers_started_total"):
        await client.run("mfa user:slow()")
    assert [await client.run("mfa user:slow()") for _ in range(3)] == ['<<"done">>'] * 3


NODE = """
import asyncio, logging, user_functions
from erlang_docker.functions.workers import Workers
from erlang_docker.metrics.node import Metrics

async def main():
    async with Workers(Metrics(), logging.getLogger(__name__)) as workers:
        await asyncio.gather(*(workers.run(user_functions.sleep) for _ in range(2)))

asyncio.run(main())
"""


async def test_workers_die_with_a_node_that_is_killed() -> None:
    """They hold its output: it ends when the last of them has."""
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    node = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", NODE), env=environ, stdout=asyncio.subprocess.PIPE
    )
    assert node.stdout is not None
    assert [await node.stdout.readline() for _ in range(2)] == [b"asleep\n"] * 2
    node.kill()
    assert await asyncio.wait_for(node.stdout.read(), 10) == b""
    await node.wait()


@pytest.mark.parametrize("annotation", [set[int], int | str, list, object, "unknown"])
def test_an_annotation_nobody_knows_is_refused_at_the_start(annotation: object) -> None:
    with pytest.raises(ExportError):
        reader_of(annotation)


def test_what_cannot_be_exported_is_refused_by_its_name() -> None:
    for faulty, why in ((async_process, "async"), (unknown_name, "Missing"), (unknown_type, "set")):
        module = ModuleType(faulty.__module__)
        module.function = faulty  # type: ignore[attr-defined]
        with pytest.raises(ExportError, match=rf"faulty:{faulty.__name__}: .*{why}"):
            build_table((), (module,), Workers(Metrics(), logging.getLogger(__name__)))


@export("faulty:async_process()", process=True)
async def async_process() -> None: ...


@export("faulty:unknown_name(1)")
def unknown_name(value: "Missing") -> None: ...  # type: ignore[name-defined]  # noqa: F821


@export("faulty:unknown_type(1)")
def unknown_type(value: set[int]) -> None: ...


@pytest.mark.parametrize("example", ["", "no call", "hello(1)"])
def test_an_example_has_to_be_a_call(example: str) -> None:
    with pytest.raises(ExportError):
        export(example)(lambda: None)
