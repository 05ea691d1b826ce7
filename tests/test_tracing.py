"""Traces: one call is one tree over two nodes, at a collector that speaks OTLP."""

import asyncio
import re
import socket as sockets
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import cast

import aiohttp
import pytest

from collector import Collector, collecting
from erlang_docker.console.command_spans import VERBS
from erlang_docker.errors import SettingsError
from erlang_docker.peers import pick
from erlang_docker.trace import STEPS
from erlang_docker.trace_context import TraceContext, sample_bound
from erlang_docker.tracing import otlp, sending
from harness import LOOPBACK, Pair, node, services, socket, two_nodes, until
from test_trace import run
from traced import BY_NAME, CALLED, CALLED_BACK, RPC, SIZE, given_as_json, given_over_grpc, over_grpc, over_json

ERROR = "rpc erlang:error(boom)"


@pytest.fixture(scope="module")
async def collector() -> AsyncIterator[Collector]:
    async with collecting() as running:
        yield running


@pytest.fixture(autouse=True, scope="module")
def soon() -> Iterator[None]:
    """Spans are made and sent every 50 ms, and a pick is one request, also where this machine stands still for so long
    that others would be asked as well."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sending, "MAKE_SECONDS", 0.05)
        patch.setenv("OTEL_BSP_SCHEDULE_DELAY", "50")
        patch.setattr(pick, "FIRST_SECONDS", 20.0)
        yield


@pytest.fixture(scope="module")
async def traced(tmp_path_factory: pytest.TempPathFactory, collector: Collector) -> AsyncIterator[Pair]:
    async with two_nodes(tmp_path_factory.mktemp("traced"), otlp_endpoint=collector.endpoint) as pair:
        yield pair


@pytest.mark.parametrize("called", CALLED)
async def test_a_call_is_one_tree_over_two_nodes(
    called: Callable[[Pair], Awaitable[str]], traced: Pair, collector: Collector
) -> None:
    trace_id = await called(traced)
    assert await collector.tree(trace_id, SIZE) == RPC
    told = {one.span.name: one for one in collector.of(trace_id)}
    assert told["rpc"].attributes["code.function.name"] == told["run"].attributes["code.function.name"] == "lists:seq/2"
    b = traced.b.identity
    for step in ("pick", "link"):
        peer = {"erlang_docker.peer": str(b.name), "erlang_docker.peer.boot_id": b.boot_id, "erlang_docker.attempt": 1}
        assert told[step].attributes == peer
    assert told["run"].attributes["erlang_docker.caller"] == str(traced.a.identity.name)
    assert told["run"].node["service.name"] == "erlang-docker-b"
    assert told["run"].node["erlang_docker.boot_epoch"] == 1


async def test_a_call_that_is_text(traced: Pair, collector: Collector) -> None:
    after = len(collector.told)
    async with socket(traced.a.ws_port) as user:
        assert await user.ask("rpc lists:seq(1,3)") == "[1,2,3]"
    assert await collector.tree(await collector.next_trace("rpc", after), SIZE) == RPC


@pytest.mark.parametrize("flags", ["01", "03"])
async def test_the_client_s_span_is_the_parent(flags: str, traced: Pair, collector: Collector) -> None:
    for ask_for in (given_as_json, given_over_grpc):
        parent = TraceContext.begin()
        await ask_for(traced, f"{parent.traceparent[:-2]}{flags}")
        assert await collector.tree(parent.trace_id, SIZE) == RPC
        assert {one.span.parent_span_id.hex() for one in collector.of(parent.trace_id)} >= {parent.span_id}


async def test_a_trace_that_is_not_sampled_is_told_nowhere(traced: Pair, collector: Collector) -> None:
    unsampled, sampled = TraceContext.begin(), TraceContext.begin(bound=1 << 64)
    for parent in (unsampled, sampled):
        await given_over_grpc(traced, parent.traceparent)
    await collector.tree(sampled.trace_id, SIZE)
    assert collector.of(unsampled.trace_id) == []


async def test_whoever_asks_who_a_node_is_may_give_a_header(traced: Pair, collector: Collector) -> None:
    parent = TraceContext.begin(bound=1 << 64)
    url, headers = f"http://{LOOPBACK}:{traced.b.http_port}", {"Traceparent": parent.traceparent}
    async with aiohttp.ClientSession(headers=headers) as session:
        await session.get(f"{url}/ping")
        await session.post(f"{url}/node", json={})
    assert await collector.tree(parent.trace_id, 1) == "b-0 POST /node\n"
    assert collector.of(parent.trace_id)[0].attributes["http.response.status_code"] == 200


FAILED = """\
a-0 rpc: error
  a-0 queue
  a-0 parse
  a-0 pick
    b-0 POST /node
  a-0 link
    b-0 run: error
  a-0 print
"""


@pytest.mark.parametrize(
    ("command", "tree"),
    [
        ("mfa rpc:call('{b}',lists,seq,[1,3])", BY_NAME),
        ("mfa rpc:cast('{b}',lists,seq,[1,3])", BY_NAME),
        ("rpc rpc:call('{a}',lists,seq,[1,3])", CALLED_BACK),
        (
            "mfa rpc:call('{a}',lists,seq,[1,3])",
            "a-0 mfa\n  a-0 queue\n  a-0 parse\n  a-0 run\n    a-0 run\n  a-0 print\n",
        ),
        (ERROR, FAILED),
        ("rpc no:where()", FAILED.replace("    b-0 run: error\n", "")),
        ("mfa lists:seq(1,", "a-0 mfa: syntax\n  a-0 queue\n  a-0 parse\n  a-0 print\n"),
        ("node", "a-0 node\n  a-0 queue\n  a-0 print\n"),
        ("hello", "a-0 echo\n  a-0 queue\n  a-0 print\n"),
    ],
)
async def test_what_becomes_of_a_command(command: str, tree: str, traced: Pair, collector: Collector) -> None:
    command = command.format(a=traced.a.identity.name, b=traced.b.identity.name)
    trace_id = (await run(traced.a.grpc_port, command)).trace.trace_id
    assert await collector.tree(trace_id, tree.count("\n")) == tree


async def test_who_gives_up_leaves_a_whole_tree(traced: Pair, collector: Collector) -> None:
    parent = TraceContext.begin(bound=1 << 64)
    asked = asyncio.create_task(run(traced.a.grpc_port, "rpc timer:sleep(20000)", traceparent=parent.traceparent))
    await until(lambda: traced.b.still_open()["calls"])
    asked.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked
    tree = await collector.tree(parent.trace_id, SIZE - 1)
    ended = RPC.replace("rpc", "rpc: cancelled").replace("link", "link: cancelled").replace("run", "run: cancelled")
    assert tree == ended.replace("  a-0 print\n", "")


async def test_each_attempt_has_its_pick(tmp_path: Path, collector: Collector) -> None:
    """Nobody is behind the service."""
    async with services() as among, node("a", tmp_path, among, otlp_endpoint=collector.endpoint) as a:
        trace_id = (await run(a.grpc_port, "rpc erlang:node()")).trace.trace_id
        tree = await collector.tree(trace_id, 6, last="print")
    assert tree.startswith("a-0 rpc: nodedown\n  a-0 queue\n  a-0 parse\n  a-0 pick: nodedown\n  a-0 wait\n")
    picks = [one.attributes["erlang_docker.attempt"] for one in collector.of(trace_id) if one.span.name == "pick"]
    assert picks == list(range(1, len(picks) + 1))
    assert len(picks) > 1
    assert "link" not in tree


async def test_a_node_samples_what_comes_without_a_trace(tmp_path: Path, collector: Collector) -> None:
    async with two_nodes(tmp_path, otlp_endpoint=collector.endpoint, sample_ratio=0.0) as pair:
        untold = [await door(pair) for door in (over_json, over_grpc)]
        async with socket(pair.a.ws_port) as user:
            assert await user.ask("rpc lists:sum([40,2])") == "42"
        parent = TraceContext.begin(bound=1 << 64)
        await given_over_grpc(pair, parent.traceparent)
        assert await collector.tree(parent.trace_id, SIZE) == RPC
    assert [collector.of(trace_id) for trace_id in untold] == [[], []]
    assert "lists:sum/1" not in {one.attributes.get("code.function.name") for one in collector.told}


def test_a_ratio_is_of_all_traces() -> None:
    bound = sample_bound(0.1)
    sampled = sum(TraceContext.begin(bound).sampled for _ in range(20_000))
    assert 1500 < sampled < 2500  # 11 standard deviations
    assert not any(TraceContext.begin(sample_bound(0)).sampled for _ in range(100))
    assert all(TraceContext.begin(sample_bound(1)).sampled for _ in range(100))


async def test_a_dead_collector_holds_up_neither_a_call_nor_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It takes connections and says nothing, and many more spans come than may wait for it."""
    monkeypatch.setattr(otlp, "MOST_WAITING", 2 * otlp.TOGETHER)
    monkeypatch.setattr(otlp, "MOST_SENT", otlp.TOGETHER)
    monkeypatch.setattr(sending, "CLOSE_SECONDS", 0.2)
    with sockets.create_server((LOOPBACK, 0)) as silent:
        async with (
            asyncio.timeout(10),
            two_nodes(tmp_path, otlp_endpoint=f"http://{LOOPBACK}:{silent.getsockname()[1]}") as pair,
            socket(pair.a.ws_port) as user,
        ):
            assert [await user.ask("rpc lists:sum([40,2])") for _ in range(100)] == ["42"] * 100


async def test_spans_that_wait_are_sent_when_a_node_stops(
    tmp_path: Path, collector: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_BSP_SCHEDULE_DELAY", "60000")
    async with two_nodes(tmp_path, otlp_endpoint=collector.endpoint) as pair:
        trace_id = (await run(pair.a.grpc_port, "rpc lists:seq(1,3)")).trace.trace_id
        assert collector.of(trace_id) == []
    assert await collector.tree(trace_id, SIZE) == RPC


async def test_where_it_is_not_installed_a_node_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "erlang_docker.tracing.otlp", cast(ModuleType, None))
    async with services() as among:
        with pytest.raises(SettingsError, match=r"erlang-docker\[otel\]"):
            async with node("a", tmp_path, among, otlp_endpoint="http://127.0.0.1:1"):
                pass


def documented() -> list[set[str]]:
    """What the first columns of docs/tracing.md's tables of spans, attributes and attributes of the resource name."""
    text = (
        (Path(__file__).parents[1] / "docs/tracing.md").read_text().partition("\n## Spans\n")[2].partition("\n## ")[0]
    )
    _, *bodies = re.split(r"^\| ---.*$", text, flags=re.MULTILINE)
    tables = [re.findall(r"^\| (`[^|]+) \|", body, re.MULTILINE) for body in bodies]
    return [{name for cell in table for name in re.findall(r"`([^`]+)`", cell)} for table in tables]


async def test_what_is_told_is_documented(traced: Pair, collector: Collector) -> None:
    spans, attributes, resource = documented()
    assert spans == {*VERBS, "echo", *STEPS, "call", "POST /node"}
    told = []
    for command, tree in ((f"rpc rpc:call('{traced.a.identity.name}',lists,seq,[1,3])", CALLED_BACK), (ERROR, FAILED)):
        trace_id = (await run(traced.a.grpc_port, command)).trace.trace_id
        await collector.tree(trace_id, tree.count("\n"))
        told += collector.of(trace_id)
    assert {name for one in told for name in one.attributes} == attributes
    by_sdk = {"telemetry.sdk.language", "telemetry.sdk.name", "telemetry.sdk.version"}
    assert {name for one in told for name in one.node} - by_sdk == resource
