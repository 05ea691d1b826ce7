"""What functions do with their node, on a running pair."""

import asyncio
import logging
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import context_functions
from erlang_docker import Atom, Client, Context, ExportError, Release, export
from erlang_docker.errors import LifespanError
from erlang_docker.functions.exports import build_table
from erlang_docker.functions.workers import Workers
from erlang_docker.metrics.node import Metrics
from harness import LOOPBACK, Pair, lines_of, node, services, socket, two_nodes, until
from test_metrics import grown, samples

RELEASES = {kind: Release(kind, peer, (context_functions,), context_functions.lifespan) for kind, peer in ("ab", "ba")}


@pytest.fixture(scope="module")
async def users(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Pair]:
    async with two_nodes(tmp_path_factory.mktemp("context"), RELEASES) as nodes:
        yield nodes


@pytest.fixture
async def client(users: Pair) -> AsyncIterator[Client]:
    async with Client(f"{LOOPBACK}:{users.a.grpc_port}") as opened:
        yield opened


async def test_a_function_knows_its_node_and_its_resources(users: Pair, client: Client) -> None:
    a, b = (str(running.identity.name) for running in (users.a, users.b))
    assert await client.mfa("ctx:who", returns=tuple[str, str, int, str]) == (a, "a", 1, "resources")
    assert await client.rpc("ctx:who", returns=tuple[str, str, int, str]) == (b, "b", 1, "resources")


async def test_the_context_does_not_count_in_the_arity(client: Client) -> None:
    arities = {(entry.name, entry.arity) for entry in await client.functions() if entry.module == "ctx"}
    assert {("who", 0), ("fails", 2), ("peer", 1)} <= arities


async def test_a_function_calls_the_other_kind_with_python_values(client: Client) -> None:
    assert await client.mfa("ctx:rpc", returns=list[int]) == [300, 2, 1]


async def test_a_result_of_another_type_is_told(client: Client) -> None:
    assert await client.mfa("ctx:wrong", returns=str) == "ResultError"


@pytest.mark.parametrize(
    ("function", "failure"),
    [("erlang:exit", '{<<"exit">>,why}'), ("erlang:throw", '{<<"throw">>,why}'), ("no:where", '{<<"error">>,undef}')],
)
async def test_a_failure_there_is_an_exception_here(function: str, failure: str, client: Client) -> None:
    module, _, name = function.partition(":")
    assert await client.run(f"mfa ctx:fails({module},{name})") == failure


async def test_an_error_of_a_call_that_nobody_catches_is_the_function_s_own(client: Client) -> None:
    assert (await client.run("mfa ctx:lets_out('nobody@nowhere')")).startswith("{error,{badrpc,nodedown},")


@pytest.mark.parametrize("name", ["nobody@nowhere", "erlang-docker-b@10.0.0.5", "erlang-docker-b@b-0.example.com"])
async def test_only_names_of_the_cluster_s_domain_are_looked_up(name: str, users: Pair, client: Client) -> None:
    """At once: a refused name is not tried again."""
    before = await samples(users.a)
    assert (await client.mfa("ctx:error_of", name, returns=str)).startswith("UnknownNode: ")
    assert grown(before, await samples(users.a), "repicks_total") == {}


async def test_a_peer_is_one_node(users: Pair, client: Client) -> None:
    assert await client.mfa("ctx:peer", 20, returns=list[str]) == [str(users.b.identity.name)]


async def test_a_peer_is_one_boot_and_never_another(tmp_path: Path) -> None:
    async with services() as among, node("a", tmp_path, among, releases=RELEASES) as a, socket(a.ws_port) as user:
        async with node("b", tmp_path, among, releases=RELEASES) as first:
            await user.socket.send_str("mfa ctx:patient_peer()")
            while not (await samples(first)).get(("erlang_docker_calls_served_total", "a value")):
                await asyncio.sleep(0.02)
        async with node("b", tmp_path, among, releases=RELEASES):
            seen = await user.socket.receive_str(timeout=10)
    assert "boot 1" in seen
    assert "boot 2" not in seen
    assert "NodeDown" in seen or "WrongNode" in seen or "NotSent" in seen


async def test_each_of_several_nodes_is_called_once(users: Pair, client: Client) -> None:
    a, b = str(users.a.identity.name), str(users.b.identity.name)
    nodes = [a, b, a, "nobody@nowhere"]
    assert await client.mfa("ctx:many", nodes, returns=dict[str, str]) == {a: a, b: b, "nobody@nowhere": "UnknownNode"}


async def test_python_values_on_the_volume(client: Client) -> None:
    stored = '#{<<"name">> => <<"blue">>,<<"nice">> => true,<<"rgb">> => {0,0,255}}'
    reply = await client.run("mfa ctx:store()")
    assert reply.replace("\n ", "").replace("  ", "") == f'[{stored},<<"none">>,true,undefined]'


async def test_a_line_in_the_log_says_whose_it_is(client: Client, users: Pair) -> None:
    assert await client.rpc("ctx:log") == "undefined"
    volume = await client.rpc("erlang_docker:volume", returns=dict[str, Any])
    line = await logged(Path(volume["path"].decode(), "log", "node.log"), "hello log")
    assert line["call"]
    assert re.fullmatch("[0-9a-f]{32}", str(line["trace_id"]))  # that of the command, on the other node
    assert {key: line[key] for key in ("node", "module", "function", "caller", "own")} == {
        "node": str(users.b.identity.name),
        "module": "ctx",
        "function": "log",
        "caller": str(users.a.identity.name),
        "own": 1,
    }


async def logged(file: Path, message: str) -> dict[str, object]:
    """The first line with this message; a thread writes them."""
    await until(lambda: named(file, message))
    return named(file, message)[0]


def named(file: Path, message: str) -> list[dict[str, object]]:
    return [line for line in lines_of(file) if line["message"] == message]


async def test_what_is_left_of_the_deadline_travels(client: Client) -> None:
    here, there = await client.mfa("ctx:remaining", returns=list[float])
    assert 4 < here <= 5
    assert there < here - 0.45


@pytest.mark.parametrize("function", ["ctx:ping_pong", "ctx:self_calls"])
async def test_functions_that_call_each_other_end_after_eight_hops(function: str, client: Client) -> None:
    assert await client.mfa(function, 0, returns=int) == 8


async def test_casts_end_with_their_node_before_its_resources(tmp_path: Path) -> None:
    context_functions.STARTED.clear()
    async with services() as among, node("a", tmp_path, among, releases=RELEASES) as a, socket(a.ws_port) as user:
        await user.ask("mfa ctx:cast_wait()")
        await until(lambda: "waiting" in context_functions.STARTED)
    assert context_functions.STARTED == ["opened", "waiting", "cancelled", "closed"]


async def test_a_lifespan_makes_contexts_until_it_ends(tmp_path: Path) -> None:
    """So does a server of the release's own, which takes requests from before the node is ready until after it is."""
    made: list[Callable[[], Context]] = []
    answers: list[Any] = []

    @asynccontextmanager
    async def lifespan(new_context: Callable[[], Context]) -> AsyncIterator[str]:
        made.append(new_context)
        await new_context().store.put("opened", 1)
        answers.append(new_context().resources)
        yield "resources"
        answers.append(await new_context().rpc("erlang:node", returns=str))

    releases = {"a": Release("a", "b", (), lifespan), "b": Release("b", "a")}
    async with services() as among, node("b", tmp_path, among) as b:
        async with node("a", tmp_path, among, releases=releases) as a:
            context = made[0]()
            assert context.resources == "resources"
            assert 4 < context.remaining <= 5
            assert await context.rpc("erlang:node", returns=str) == str(b.identity.name)
            assert await context.call(a.identity.name, "store:get", "opened") == (Atom("ok"), 1)
            context.log.info("hello")
            line = await logged(tmp_path / "a-0/log/node.log", "hello")
            assert (line["module"], line["function"]) == ("release", "lifespan")
        assert answers == [None, str(b.identity.name)]


async def test_a_lifespan_that_does_not_start_is_told(tmp_path: Path) -> None:
    def refused() -> None:
        raise ConnectionRefusedError("no database")

    releases = {"a": Release("a", "b", (), refused)}  # type: ignore[arg-type]
    async with services() as among:
        with pytest.raises(
            LifespanError, match="the lifespan did not start: ConnectionRefusedError\\('no database'\\)"
        ):
            async with node("a", tmp_path, among, releases=releases):
                pass


@export("faulty:in_a_process()", process=True)
def in_a_process(context: Context) -> None: ...


def test_a_worker_process_has_no_context() -> None:
    module = ModuleType(__name__)
    module.in_a_process = in_a_process  # type: ignore[attr-defined]
    with pytest.raises(ExportError, match="faulty:in_a_process: a worker process has no node"):
        build_table((), (module,), Workers(Metrics(), logging.getLogger(__name__)))
