"""Every query of the dashboard and every rule, asked of a real Prometheus that scrapes two nodes in use."""

import asyncio
import json
import math
import runpy
import subprocess
from collections.abc import AsyncIterator

import aiohttp
import pytest
import trustme
from prometheus import PROMTOOL, Prometheus, prometheus
from render import ROOT, Object
from test_alerts import NAMESPACE, rule_groups

import certificates
from erlang_docker.client import Client
from erlang_docker.credentials import TLSMode
from harness import LOOPBACK, Pair, node, services, socket
from panels import COMMANDS, DASHBOARD, QUERIES, filled

SECONDS = 50.0
"""For all panels to show something."""


@pytest.fixture(scope="module")
async def used(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Pair]:
    """Two nodes with certificates, that are called in every way."""
    folder, authority = tmp_path_factory.mktemp("used"), trustme.CA()
    secrets = {
        kind: certificates.write(certificates.issue(authority, *certificates.names(kind)), folder / f"tls-{kind}")
        for kind in "ab"
    }
    async with (
        services() as among,
        node("a", folder, among, tls_mode=TLSMode.PERMISSIVE, tls_dir=secrets["a"]) as a,
        node("b", folder, among, tls_mode=TLSMode.PERMISSIVE, tls_dir=secrets["b"]) as b,
    ):
        users = asyncio.create_task(use(Pair(a, b, among)))
        try:
            yield Pair(a, b, among)
        finally:
            users.cancel()
            await asyncio.gather(users, return_exceptions=True)


async def use(pair: Pair) -> None:
    """Until it is cancelled."""
    async with Client(f"{LOOPBACK}:{pair.a.grpc_port}") as client:
        while True:
            async with socket(pair.b.ws_port) as user:
                for command in COMMANDS:
                    await client.run(command)
                    await user.ask(command)
                await user.socket.send_bytes(b"what is refused")
            await asyncio.sleep(0.2)


@pytest.fixture(scope="module")
async def server(used: Pair, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Prometheus]:
    pods = {"erlang-docker-a-sfs-0": used.a.admin_port, "erlang-docker-b-sfs-0": used.b.admin_port}
    async with prometheus(tmp_path_factory.mktemp("prometheus"), pods, NAMESPACE, rule_groups()) as running:
        yield running


async def shown(server: Prometheus, query: str) -> list[float]:
    """The numbers that a panel would show now."""
    answer = await server.ask("query", query=filled(query, NAMESPACE))
    return [value for item in answer["result"] if math.isfinite(value := float(item["value"][1]))]


@pytest.mark.timeout(120)
async def test_no_panel_is_empty(server: Prometheus) -> None:
    deadline = asyncio.get_running_loop().time() + SECONDS
    empty = QUERIES
    while empty and asyncio.get_running_loop().time() < deadline:
        await asyncio.sleep(1)
        empty = [(title, query) for title, query in empty if not await shown(server, query)]
    assert empty == []
    assert len({title for title, _ in QUERIES}) == sum(panel["type"] != "row" for panel in DASHBOARD["panels"])


async def test_what_can_be_chosen(server: Prometheus) -> None:
    """`label_values(series, label)` of the dashboard's variables."""
    series = {"match[]": f'erlang_docker_boot_epoch{{namespace="{NAMESPACE}"}}'}
    while len(pods := await server.ask("label/pod/values", **series)) < 2:
        await asyncio.sleep(0.2)
    assert pods == ["erlang-docker-a-sfs-0", "erlang-docker-b-sfs-0"]
    asked = [each["query"] for each in DASHBOARD["templating"]["list"] if each["type"] == "query"]
    assert asked == [
        "label_values(erlang_docker_boot_epoch, namespace)",
        'label_values(erlang_docker_boot_epoch{namespace="$namespace"}, pod)',
    ]


async def test_every_rule_can_be_evaluated(server: Prometheus) -> None:
    while any(rule["health"] == "unknown" for rule in await rules_of(server)):
        await asyncio.sleep(0.2)
    rules = await rules_of(server)
    assert len(rules) == len(rule_groups()[0]["rules"])
    assert [rule["lastError"] for rule in rules if rule["health"] != "ok"] == []


async def rules_of(server: Prometheus) -> list[Object]:
    return [rule for group in (await server.ask("rules"))["groups"] for rule in group["rules"]]


async def test_prometheus_takes_the_exemplars(server: Prometheus) -> None:
    """It asks for OpenMetrics by itself."""
    found: list[Object] = []
    while not found:
        await asyncio.sleep(0.2)
        metric = "erlang_docker_command_duration_seconds_bucket"
        found = await server.ask("query_exemplars", query=metric, start="0", end="9999999999")
    assert all(len(each["labels"]["trace_id"]) == 32 for series in found for each in series["exemplars"])


async def test_promtool_finds_nothing_to_mend(used: Pair) -> None:
    url = f"http://{LOOPBACK}:{used.a.admin_port}/metrics"
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        text = await answer.text()
    done = await asyncio.to_thread(
        subprocess.run, [str(PROMTOOL), "check", "metrics"], input=text, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert "erlang_docker_build_info" in text


def test_the_dashboard_is_what_its_script_writes() -> None:
    """Else: python scripts/dashboard.py"""
    assert json.loads(runpy.run_path(str(ROOT / "scripts/dashboard.py"))["dashboard"]()) == DASHBOARD
