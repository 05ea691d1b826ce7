"""What a node counts, told by its admin port; and that what is written and asked about it is so."""

import asyncio
import re
import runpy
from pathlib import Path

import aiohttp
import pytest
from prometheus_client import Metric
from prometheus_client.openmetrics.parser import text_string_to_metric_families as openmetrics
from prometheus_client.parser import text_string_to_metric_families

from erlang_docker.client import Client
from erlang_docker.identity import VERSION
from erlang_docker.metrics.labels import REFUSAL
from erlang_docker.metrics.node import Metrics
from erlang_docker.metrics.outcomes import OUTCOMES, outcome_of
from erlang_docker.node import Node
from harness import LOOPBACK, Pair, node, services, socket
from otp.errors import Failure
from otp.terms.types import Atom
from raw import BINARY, closing, frame, upgraded

ROOT = Path(__file__).parent.parent
CHART = ROOT / "charts/erlang-docker"
Samples = dict[tuple[str, str], float]


async def fetch(admin_port: int, accept: str = "") -> tuple[str, str]:
    """Content type and text."""
    url = f"http://{LOOPBACK}:{admin_port}/metrics"
    async with aiohttp.ClientSession() as session, session.get(url, headers={"Accept": accept}) as answer:
        return answer.headers["Content-Type"], await answer.text()


async def families(admin_port: int) -> list[Metric]:
    _, text = await fetch(admin_port)
    return list(text_string_to_metric_families(text))


async def samples(node: Node) -> Samples:
    """The value of each sample, by its name and its labels in the order of their names."""
    return await samples_at(node.admin_port)


async def samples_at(admin_port: int) -> Samples:
    found = await families(admin_port)
    return {(s.name, " ".join(s.labels.values())): s.value for family in found for s in family.samples}


def grown(before: Samples, after: Samples, name: str) -> dict[str, float]:
    """What was counted in between, by its labels."""
    name = f"erlang_docker_{name}"
    counted = {
        labels: value - before.get((found, labels), 0) for (found, labels), value in after.items() if found == name
    }
    return {labels: value for labels, value in counted.items() if value}


COMMANDS = {
    "node": "node value",
    "hello": "echo value",
    "mfa lists:sum([1])": "mfa value",
    "mfa foo:bar()": "mfa undef",
    "mfa erlang:abs(x)": "mfa badarg",
    "mfa no call": "mfa syntax",
    "rpc erlang:node()": "rpc value",
    "rpc foo:bar()": "rpc undef",
}


def by_door(door: str) -> dict[str, int]:
    """Prometheus puts labels in the order of their names."""
    words = (command.split() for command in COMMANDS.values())
    return {f"{door} {outcome} {verb}": 1 for verb, outcome in words}


async def test_commands_and_calls_are_counted_by_how_they_ended(pair: Pair) -> None:
    before, called = await samples(pair.a), await samples(pair.b)
    async with Client(f"{LOOPBACK}:{pair.a.grpc_port}") as client, socket(pair.a.ws_port) as user:
        for command in COMMANDS:
            await client.run(command)
            await user.ask(command)
    after = await samples(pair.a)
    assert grown(before, after, "command_duration_seconds_count") == by_door("grpc") | by_door("websocket")
    assert grown(before, after, "picks_total") == {str(pair.b.identity.name): 4}
    assert grown(before, after, "calls_made_total") == {"": 4}
    assert grown(called, await samples(pair.b), "calls_served_total") == {"a value": 2, "a undef": 2}
    steps = grown(before, after, "call_step_duration_seconds_count")
    assert (steps["queue"], steps["pick"], steps["print"]) == (8, 2, 8)
    await only_declared_labels(pair.a)


async def only_declared_labels(node: Node) -> None:
    """So no label is without its bound."""
    declared = {family.name: family for family in Metrics().families.declared}
    for found in await families(node.admin_port):
        if found.name.startswith("process_"):
            continue
        labels = declared[found.name + "_total" * (found.type == "counter")].labels
        for sample in found.samples:
            assert {*sample.labels} - {"le"} == {label.name for label in labels}, sample
            assert all(sample.labels[label.name] in label.values for label in labels if label.values), sample


async def test_why_nobody_was_picked(tmp_path: Path) -> None:
    async with services() as among, node("a", tmp_path, among) as alone:
        async with Client(f"{LOOPBACK}:{alone.grpc_port}") as client:
            assert await client.run("rpc erlang:node()") == "{badrpc,nodedown}"
        counted = await samples(alone)
    assert counted["erlang_docker_command_duration_seconds_count", "grpc nodedown rpc"] == 1
    assert counted["erlang_docker_pick_failures_total", "no_answer"] > 1
    assert counted["erlang_docker_repicks_total", "NotPicked"] > 1


async def test_links_are_counted_up_and_down(tmp_path: Path) -> None:
    async with services() as among, node("a", tmp_path, among) as a, Client(f"{LOOPBACK}:{a.grpc_port}") as client:
        async with node("b", tmp_path, among):
            await client.run("rpc erlang:node()")
            assert (await samples(a))["erlang_docker_links", "plaintext"] == 1
        while (counted := await samples(a))["erlang_docker_links", "plaintext"]:
            await asyncio.sleep(0.02)
    assert counted["erlang_docker_links_opened_total", "name"] == 1
    assert counted["erlang_docker_links_closed_total", "drained"] == 1


async def test_sockets_are_counted_by_the_code_that_closed_them(pair: Pair) -> None:
    before = await samples(pair.a)
    for code, sent in ((1003, frame(BINARY, b"no text")), (4321, closing(4321))):
        async with upgraded(pair.a.ws_port) as raw:
            raw.send(sent)
            assert await raw.close_code() == code
    async with upgraded(pair.a.ws_port) as raw:
        raw.writer.transport.abort()
    closed: dict[str, float] = {}
    while not {"1003", "1006", "other"} <= closed.keys():
        closed = grown(before, await samples(pair.a), "sockets_closed_total")
        await asyncio.sleep(0.02)
    assert (closed["1003"], closed["other"]) == (1, 1)


async def test_browsers_that_may_not_are_counted(pair: Pair) -> None:
    before = await samples(pair.a)
    page = f"http://{LOOPBACK}:{pair.a.ws_port}/"
    async with aiohttp.ClientSession() as session:
        for headers in ({"Host": "rebound.example"}, {"Origin": "http://elsewhere.example"}):
            async with session.get(page, headers=headers) as answer:
                assert answer.status == 403
    counted = grown(before, await samples(pair.a), "refusals_total")
    assert (counted["page host"], counted["page origin"]) == (1, 1)


def test_every_refusal_is_one_that_is_known() -> None:
    """Those that are counted with a word in the code; the others are codes of aiohttp."""
    written = "".join(file.read_text() for file in (ROOT / "services/erlang_docker/servers").glob("*.py"))
    reasons = re.findall(r"""(?:\.note\(|_refuse\(.*, |\.refused = |_overdue\()"(\w+)\"""", written)
    assert len(set(reasons)) > 10
    assert set(reasons) - {"gone"} - set(REFUSAL.values) == set()


async def test_a_node_tells_what_it_is_and_how_it_does(pair: Pair) -> None:
    before = await samples(pair.a)
    async with Client(f"{LOOPBACK}:{pair.a.grpc_port}") as client:
        await client.run("mfa store:put(metrics,1)")
        await client.run("mfa store:get(metrics)")
        counted = await samples(pair.a)
        while not counted["erlang_docker_loop_lag_seconds_count", ""]:  # of a node that has just started
            await asyncio.sleep(0.02)
            counted = await samples(pair.a)
    assert counted["erlang_docker_build_info", f"a {counted_python(counted)} {VERSION}"] == 1
    assert [counted["erlang_docker_state", state] for state in ("starting", "ready", "draining")] == [0, 1, 0]
    assert counted["erlang_docker_boot_epoch", ""] == pair.a.identity.boot_epoch
    assert counted["erlang_docker_calls_in_flight_limit", ""] == 1000
    assert counted["erlang_docker_calls_in_flight", ""] == 0
    assert grown(before, counted, "store_commit_duration_seconds_count") == {"": 1}
    assert 0 < counted["erlang_docker_store_bytes", ""] < counted["erlang_docker_store_limit_bytes", ""]
    assert 0 < counted["erlang_docker_volume_free_bytes", ""] < counted["erlang_docker_volume_size_bytes", ""]


def counted_python(counted: Samples) -> str:
    ((_, labels),) = (key for key in counted if key[0] == "erlang_docker_build_info")
    return labels.split()[1]


async def test_openmetrics_has_the_trace_of_a_command(pair: Pair) -> None:
    async with Client(f"{LOOPBACK}:{pair.a.grpc_port}") as client:
        trace_id = (await client.ask("mfa erlang:abs(-1)")).trace.trace_id
    content_type, text = await fetch(pair.a.admin_port, "application/openmetrics-text;version=1.0.0,text/plain;q=0.5")
    assert content_type.startswith("application/openmetrics-text; version=1.0.0")
    named = {
        (family.name, sample.exemplar.labels["trace_id"])
        for family in openmetrics(text)  # type: ignore[no-untyped-call]
        for sample in family.samples
        if sample.exemplar
    }
    wanted = {"erlang_docker_command_duration_seconds", "erlang_docker_call_step_duration_seconds"}
    assert {name for name, of in named if of == trace_id} == wanted


@pytest.mark.parametrize("accept", ["", "*/*", "text/plain;version=0.0.4", "application/openmetrics-text;version=x"])
async def test_whoever_does_not_ask_for_openmetrics_gets_text(accept: str, pair: Pair) -> None:
    content_type, text = await fetch(pair.a.admin_port, accept)
    assert content_type == "text/plain; version=0.0.4; charset=utf-8"
    assert "# EOF" not in text
    assert "_created" not in text


@pytest.mark.parametrize("kind", ["error", "exit", "throw"])
@pytest.mark.parametrize("reason", [Atom("mine"), "undef", b"\xff", (), (Atom("badmap"), 1), 1.5, [], {}])
def test_every_failure_has_one_of_the_outcomes(kind: str, reason: object) -> None:
    assert outcome_of(Failure(kind, reason)) in OUTCOMES  # type: ignore[arg-type]


def test_the_page_of_metrics_is_up_to_date() -> None:
    """Else: PYTHONPATH=services python scripts/metrics-docs.py"""
    page = runpy.run_path(str(ROOT / "scripts/metrics-docs.py"))["page"]()
    assert (ROOT / "docs/metrics.md").read_text() == page


def test_what_is_asked_for_is_there() -> None:
    """By alerts, dashboard and documents."""
    suffixes = {"counter": ("",), "gauge": ("",), "histogram": ("", "_count", "_sum", "_bucket")}
    declared = {family.name + suffix for family in Metrics().families.declared for suffix in suffixes[family.type]}
    files = [
        *(file for ending in ("yaml", "tpl", "json") for file in CHART.rglob(f"*.{ending}")),
        *(ROOT / "docs").glob("*.md"),
        *(ROOT.glob("*.md")),
        *(ROOT / "services/erlang_docker/local").glob("*.py"),
    ]
    # Not the URLs and files of that name, nor what is only the beginning of a name.
    asked = {
        name
        for file in files
        for name in re.findall(r"(?<![/.\w])erlang_docker_[a-z_]+[a-z](?![\w.*])", file.read_text())
    }
    assert len(asked) > 20
    assert asked - declared == set()
