"""Clocks of two nodes that are five minutes apart: no new link between them, and both say why; nothing else suffers."""

import re
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from erlang_docker.local.plan import NodePlan, Plan
from faults.clocks import Clock
from faults.processes import NodeProcess, started
from harness import Socket, services, socket
from promises import Report

AHEAD = 300
CALLS = 20

pytestmark = pytest.mark.tools("faketime")


@dataclass(frozen=True, slots=True)
class Place:
    """Where nodes are started, and the clock of one of them."""

    plan: Plan
    clock: Clock
    wrong: str
    """The label of that one."""

    @asynccontextmanager
    async def node(self, plan: NodePlan, **environ: str) -> AsyncIterator[NodeProcess]:
        """It is ready."""
        clock = self.clock.environ if plan.label == self.wrong else {}
        async with started(self.plan, plan, **clock, **environ) as node:
            await node.until(200)
            yield node


@pytest.fixture
def make_place(tmp_path: Path, base: int) -> Callable[[str], Place]:
    plan = Plan(tmp_path / "nodes", base)
    plan.prepare()
    return lambda wrong: Place(plan, Clock(tmp_path / "clock"), wrong)


def blames_the_clocks(lines: list[dict[str, Any]]) -> bool:
    return any(re.search(r"(29|30)\d seconds old: do the clocks agree\?", line["reason"]) for line in lines)


async def lives(user: Socket) -> None:
    """What needs no other node."""
    begun = time.monotonic()
    assert await user.ask("mfa timer:sleep(300)") == "ok"  # within the 10 s that it waits for a reply
    assert time.monotonic() - begun >= 0.3
    assert await user.ask("mfa store:put(kept,1)") == "ok"


@pytest.mark.parametrize("wrong", ["a-0", "b-0"])
async def test_a_clock_that_jumps(wrong: str, make_place: Callable[[str], Place], report: Report) -> None:
    """Ahead, and back: an open link stays, a new one is refused as long as the clocks disagree."""
    place = make_place(wrong)
    a, b = place.plan.nodes[0], place.plan.nodes[3]
    place.clock.set_ahead(0)
    async with place.node(a, B_SERVICE_DOMAIN=str(b.http)) as caller, socket(a.ws.port) as user:
        async with place.node(b) as called:
            assert await user.ask("rpc erlang:node()") == f"'{b.name}'"
            place.clock.set_ahead(AHEAD)
            assert await user.ask("rpc erlang:node()") == f"'{b.name}'"
            await lives(user)
            assert len(caller.lines("link opened")) == 1
            await called.stop()
        async with place.node(b) as called:
            begun = time.monotonic()
            assert await user.ask("rpc erlang:node()") == "{badrpc,nodedown}"
            refused = time.monotonic() - begun
            assert blames_the_clocks(called.lines("caller refused"))
            assert blames_the_clocks(caller.lines("link not opened"))
            await lives(user)
            place.clock.set_ahead(0)
            begun = time.monotonic()
            assert await user.ask("rpc erlang:node()") == f"'{b.name}'"
            healed = time.monotonic() - begun
            await called.stop()
        await caller.stop()
    report.row(
        f"the clock of {'a caller' if wrong == a.label else 'a called node'} jumps {AHEAD} s ahead, and back",
        "calls on an open link go on; a new link is refused and both logs name the clocks; back, calls work at once",
        f"`nodedown` after {refused:.1f} s, called {healed:.1f} s after the clock was right",
    )


@pytest.mark.promise(
    "a node is started with its clock 300 s ahead",
    "others answer all calls; what it stored is there when it is started with the right clock",
)
async def test_a_clock_that_is_ahead_from_the_start(make_place: Callable[[str], Place]) -> None:
    place = make_place("b-0")
    a, b, c = place.plan.nodes[0], *place.plan.nodes[3:5]
    place.clock.set_ahead(AHEAD)
    async with services() as among, place.node(c), place.node(a, B_SERVICE_DOMAIN=str(among.addresses["b"])) as caller:
        among.behind["b"] += [b.http, c.http]
        async with place.node(b) as ahead, socket(a.ws.port) as user, socket(b.ws.port) as other:
            await lives(other)
            assert {await user.ask("rpc erlang:node()") for _ in range(CALLS)} == {f"'{c.name}'"}
            assert blames_the_clocks(caller.lines("link not opened"))
            said = datetime.fromisoformat((await ahead.told("ready"))["time"])
            assert said.timestamp() > time.time() + AHEAD / 2
            await ahead.stop()
        place.clock.set_ahead(0)
        async with place.node(b) as right, socket(b.ws.port) as other:
            assert await other.ask("mfa store:get(kept)") == "{ok,1}"
            assert (await right.told("ready"))["boot_epoch"] == 2
