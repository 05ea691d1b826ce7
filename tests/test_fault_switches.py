"""Faults that are switched on at the admin port: what callers see of each, and that all of it ends."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest

import greeter
from erlang_docker.cli.status import lines
from erlang_docker.client import Client
from erlang_docker.faults.parts import parts_of
from erlang_docker.faults.switches import MOST
from erlang_docker.link.servicer import RpcServicer
from erlang_docker.metrics.labels import FAULT
from erlang_docker.node import Node
from erlang_docker.release import Release
from erlang_docker.storage.store import Store
from harness import LOOPBACK, Pair, Services, Socket, lines_of, node, services, socket, until
from test_metrics import samples

RELEASES = {kind: Release(kind, peer, (greeter,)) for kind, peer in ("ab", "ba")}
SECONDS = 20.0


@dataclass(frozen=True)
class Trio:
    """A node of kind a with a socket to it, and two of kind b."""

    a: Node
    b: tuple[Node, Node]
    user: Socket
    among: Services
    data_dir: Path

    def logged(self, name: str, message: str) -> list[dict[str, Any]]:
        return [line for line in lines_of(self.data_dir / name / "log/node.log") if line["message"] == message]


@pytest.fixture(scope="module")
async def nodes(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Trio]:
    data_dir = tmp_path_factory.mktemp("faults")

    def made(kind: str, ordinal: int = 0) -> Any:
        return node(kind, data_dir, among, ordinal, RELEASES, fault_switches=True)

    async with (
        services() as among,
        made("a") as a,
        made("b") as first,
        made("b", 1) as second,
        socket(a.ws_port) as user,
    ):
        yield Trio(a, (first, second), user, among, data_dir)


@pytest.fixture
async def trio(nodes: Trio) -> AsyncIterator[Trio]:
    """Whole, before and after."""
    yield nodes
    for each in (nodes.a, *nodes.b):
        assert await switched(each, "DELETE") == {}


async def ask(running: Node, method: str, body: str | None = None, **headers: str) -> tuple[int, str]:
    url = f"http://{LOOPBACK}:{running.admin_port}/faults"
    async with (
        aiohttp.ClientSession() as session,
        session.request(method, url, data=body, headers=headers) as answer,
    ):
        return answer.status, await answer.text()


async def switched(running: Node, method: str, **faults: object) -> dict[str, Any]:
    """What is on after it."""
    status, text = await ask(running, method, json.dumps(faults) if faults else None)
    assert status == 200, text
    on: dict[str, Any] = json.loads(text)
    return on


async def test_late_calls_are_right(trio: Trio) -> None:
    """Here and there."""
    for each in (trio.a, *trio.b):
        await switched(each, "POST", delay_ms=300)
    for command, reply in (("rpc lists:sum([1,2])", "3"), ("mfa lists:sum([3,4])", "7"), ("rpc timer:sleep(1)", "ok")):
        began = time.monotonic()
        assert await trio.user.ask(command) == reply
        assert time.monotonic() - began >= 0.3


async def test_calls_that_fail_are_the_function_s_failure(trio: Trio) -> None:
    """So they are not made again: the share stays what it is."""
    for each in trio.b:
        await switched(each, "POST", error_rate=1)
    for function in ("lists:sum([1,2])", "greeter:nap(1)"):
        assert (await trio.user.ask(f"rpc {function}")).startswith("{badrpc,{'EXIT',{fault_switch,")
    for each in trio.b:
        await switched(each, "POST", error_rate=0.5)
    replies = [await trio.user.ask("rpc timer:sleep(0)") for _ in range(60)]
    assert 0 < replies.count("ok") < 60
    for each in trio.b:
        await switched(each, "DELETE")
    assert {await trio.user.ask("rpc lists:sum([1,2])") for _ in range(20)} == {"3"}


async def test_refused_picks_go_elsewhere_and_come_back(trio: Trio) -> None:
    refusing, other = (f"'{each.identity.name}'" for each in trio.b)
    await switched(trio.b[0], "POST", refuse_picks=True)
    # The service goes on picking it: a call that meets it at each of its eight or so tries finds no node.
    answers = {await trio.user.ask("rpc erlang:node()") for _ in range(30)}
    assert other in answers
    assert refusing not in answers
    await switched(trio.b[0], "POST", refuse_picks=False)
    async with asyncio.timeout(SECONDS):
        while await trio.user.ask("rpc erlang:node()") != refusing:
            pass


async def test_dropped_links(trio: Trio) -> None:
    """What may run twice is run elsewhere; of the rest nobody knows. No new link is to be had before it ends."""
    dropping, other = trio.b
    # Not by refused picks: in one of 500 runs a call would meet them at each of its tries.
    picked = trio.among.behind["b"].pop()
    async with socket(trio.a.ws_port) as one, socket(trio.a.ws_port) as two:
        await one.socket.send_str("rpc timer:sleep(1000)")
        await two.socket.send_str("rpc greeter:nap(4000)")
        await until(lambda: dropping.still_open()["calls"] == 2)
        trio.among.behind["b"].append(picked)
        await switched(dropping, "POST", drop_links=True)
        assert await two.socket.receive_str(timeout=SECONDS) == "{badrpc,nodedown}"
        assert await one.socket.receive_str(timeout=SECONDS) == "ok"
    assert dropping.still_open()["calls"] == 0
    assert {await trio.user.ask("rpc erlang:node()") for _ in range(5)} == {f"'{other.identity.name}'"}
    by_name = f"mfa rpc:call('{dropping.identity.name}',erlang,node,[])"
    assert await trio.user.ask(by_name) == "{badrpc,nodedown}"
    await switched(dropping, "DELETE")
    assert await trio.user.ask(by_name) == f"'{dropping.identity.name}'"
    closed = (str(dropping.identity.name), "dropped by a fault switch")
    await until(lambda: closed in [(line["peer"], line["reason"]) for line in trio.logged("a-0", "link closed")])


async def test_a_loop_that_is_stalled(trio: Trio) -> None:
    """All nodes of this process share one, so each says so; not if it looked too late, or has said so too often."""
    async with asyncio.timeout(SECONDS * 2):
        while not any("faults/loop.py" in line["by"] for line in trio.logged("b-0", "event loop held")):
            await switched(trio.b[0], "POST", stall_loop_s=1, seconds=1)
            await asyncio.sleep(1.5)
    async with asyncio.timeout(SECONDS):
        while await switched(trio.b[0], "GET"):
            await asyncio.sleep(0.01)


async def test_a_store_that_fails_loses_nothing(trio: Trio) -> None:
    assert await trio.user.ask("mfa store:put(kept,1)") == "ok"
    await switched(trio.a, "POST", fail_store=True)
    for call in ("put(kept,2)", "get(kept)", "delete(kept)", "keys()"):
        assert (await trio.user.ask(f"mfa store:{call}")).startswith("{error,eio,"), call
    await switched(trio.a, "DELETE")
    assert await trio.user.ask("mfa store:get(kept)") == "{ok,1}"


async def test_each_ends_by_itself(trio: Trio) -> None:
    before = len(ended_by_themselves(trio))
    on = await switched(trio.a, "POST", delay_ms=50, seconds=100)
    assert on["delay_ms"]["value"] == 50
    assert 90 < on["delay_ms"]["seconds_left"] <= 100
    on = await switched(trio.a, "POST", fail_store=True, seconds=0.2)
    assert on.keys() == {"delay_ms", "fail_store"}
    async with asyncio.timeout(SECONDS):
        while (await switched(trio.a, "GET")).keys() != {"delay_ms"}:
            await asyncio.sleep(0.01)
    assert await trio.user.ask("mfa store:put(kept,3)") == "ok"
    await until(lambda: ended_by_themselves(trio)[before:] == [("fail_store", "its time is up", "WARNING")])


def ended_by_themselves(trio: Trio) -> list[tuple[str, str, str]]:
    said = trio.logged("a-0", "fault switched off")
    return [(line["fault"], line["reason"], line["level"]) for line in said if line["reason"] != "asked for"]


async def test_what_is_on_is_shown(trio: Trio) -> None:
    """To whoever watches any node, by `status`, and in the metrics."""
    broken = trio.b[0]
    await trio.user.ask("mfa erlang_docker:spread(30)")  # so that there are links: here no names lead to nodes
    await switched(broken, "POST", delay_ms=20, refuse_picks=True, seconds=50)
    async with Client(f"{LOOPBACK}:{trio.a.grpc_port}") as client, asyncio.timeout(SECONDS):
        async for snapshot in client.watch():
            faults = {each.short_name: each.faults for each in snapshot.nodes}
            if faults.get("b-0"):
                break
    assert [(fault.name, fault.value) for fault in faults["b-0"]] == [("delay_ms", 20), ("refuse_picks", 1)]
    assert all(40 < fault.remaining.seconds <= 50 for fault in faults["b-0"])
    (told,) = (line for line in lines(snapshot) if "on purpose" in line)
    assert told.startswith("b-0 is broken on purpose: delay_ms 20 for 4")
    counted = {name: value for (family, name), value in (await samples(broken)).items() if family.endswith("_faults")}
    assert FAULT.values == tuple(MOST)
    assert counted == {**dict.fromkeys(MOST, 0), "delay_ms": 20, "refuse_picks": 1}


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("{", "Expecting"),
        ("[" * 100_000, "recursion"),
        ("[1]", "not a JSON object"),
        (
            '{"slow": 1}',
            "no fault 'slow'; there are delay_ms, error_rate,",
        ),
        ('{"delay_ms": -1}', "delay_ms: not a number from 0 to 10000"),
        ('{"delay_ms": true}', "delay_ms: not a number"),
        ('{"error_rate": NaN}', "error_rate: not a number from 0 to 1"),
        ('{"fail_store": 1}', "fail_store: not true or false"),
        ('{"fail_store": true, "seconds": 0}', "seconds: 0"),
        ('{"fail_store": true, "seconds": 3601}', "seconds: not a number from 0 to 3600"),
    ],
)
async def test_what_cannot_be_set_changes_nothing(body: str, why: str, trio: Trio) -> None:
    status, text = await ask(trio.a, "POST", body)
    assert (status, why in text) == (400, True), text
    assert await switched(trio.a, "GET") == {}


async def test_a_page_of_another_site_changes_nothing(trio: Trio) -> None:
    assert (await ask(trio.a, "POST", '{"fail_store": true}', Origin="http://example.org"))[0] == 403
    assert await switched(trio.a, "GET") == {}
    await switched(trio.a, "POST", fail_store=True)
    assert (await ask(trio.a, "DELETE", Origin="null"))[0] == 403
    assert (await switched(trio.a, "GET")).keys() == {"fail_store"}


async def test_without_the_setting_nothing_stands_in_between() -> None:
    made, anything = parts_of(None), object()
    assert (made.store, made.rpc, made.switched_on()) == (Store, RpcServicer, {})
    assert made.table(anything) is made.fullness(anything) is anything  # type: ignore[arg-type,comparison-overlap]


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
async def test_without_the_setting_there_are_none(method: str, pair: Pair) -> None:
    assert (await ask(pair.a, method, '{"fail_store": true}'))[0] == 404
    assert not any("faults" in name and labels for name, labels in await samples(pair.a))
