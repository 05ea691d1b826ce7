"""What a node counts, and that the chart's dashboard and alerts ask for what there is."""

import re
from pathlib import Path

import aiohttp
from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families

from erlang_docker.client import Client
from erlang_docker.node import Node
from harness import LOOPBACK, Pair

CHART = Path(__file__).parent.parent / "charts/erlang-docker"


async def families(admin_port: int) -> list[Metric]:
    url = f"http://{LOOPBACK}:{admin_port}/metrics"
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        return list(text_string_to_metric_families(await answer.text()))


async def samples(node: Node) -> dict[tuple[str, str], float]:
    """The value of each sample, by its name and its labels."""
    return await samples_at(node.admin_port)


async def samples_at(admin_port: int) -> dict[tuple[str, str], float]:
    found = await families(admin_port)
    return {(s.name, " ".join(s.labels.values())): s.value for family in found for s in family.samples}


async def test_commands_and_failures_are_counted(pair: Pair) -> None:
    before = await samples(pair.a)
    async with Client(f"{LOOPBACK}:{pair.a.grpc_port}") as client:
        for command in ("mfa lists:sum([1])", "mfa foo:bar()", "mfa no call", "rpc erlang:node()", "rpc foo:bar()"):
            await client.run(command)
    after = await samples(pair.a)

    def more(name: str, label: str) -> float:
        return after[f"erlang_docker_{name}", label] - before.get((f"erlang_docker_{name}", label), 0)

    assert (more("command_seconds_count", "mfa"), more("command_seconds_count", "rpc")) == (3, 2)
    failures = ("function mfa", "syntax mfa", "function rpc")  # the user's own
    assert [more("failures_total", labels) for labels in failures] == [1, 1, 1]
    assert more("picks_total", str(pair.b.identity.name)) == 2
    assert more("calls_made_total", "") == 2


async def test_the_chart_asks_for_what_is_counted(pair: Pair) -> None:
    async with Client(f"{LOOPBACK}:{pair.a.grpc_port}") as client:
        await client.run("mfa foo:bar()")
        await client.run("rpc erlang:node()")
    # What was never counted yet has no sample, but a family.
    counted = {name for name, _ in await samples(pair.a)} | {
        family.name + suffix for family in await families(pair.a.admin_port) for suffix in ("", "_total")
    }
    files = [CHART / "dashboards/erlang-docker.json", CHART / "templates/monitoring.yaml"]
    asked = {name for file in files for name in re.findall(r"erlang_docker_[a-z_]+", file.read_text())}
    assert len(asked) > 5
    assert asked - counted == set()
