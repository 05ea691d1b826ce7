"""A network that loses what goes one way, to a node or from it, while two others are well."""

import asyncio
import re
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from erlang_docker.addresses import Address
from erlang_docker.local.plan import Plan
from faults.networks import Cable, Way, cable
from faults.outcomes import called
from faults.processes import NodeProcess, running, started
from harness import Socket, services
from promises import Report

LOST_SECONDS = 6.0
WORKERS = 3
GONE_SECONDS = 45.0
ESTABLISHED = "01"


@dataclass(frozen=True, slots=True)
class Apart:
    """A node of kind a, and one of the three nodes that it calls, at the far end of a cable."""

    caller: NodeProcess
    user: Socket
    """Of the caller."""
    far: NodeProcess
    cable: Cable

    @property
    def there(self) -> str:
        """A call on the far node."""
        return f"mfa rpc:call('{self.far.plan.name}',count,once,[\"there\",0])"

    def callers(self) -> int:
        """How many connections the far node has at its gRPC port, as its kernel sees it."""
        lines = Path(f"/proc/{self.far.process.pid}/net/tcp").read_text().splitlines()[1:]
        port = f":{self.far.plan.grpc.port:04X}"
        return sum(local.endswith(port) and state == ESTABLISHED for _, local, _, state, *_ in map(str.split, lines))

    async def linked(self, times: int) -> None:
        """Returns once the caller has opened so many links to the far node."""
        async with asyncio.timeout(20):
            while sum(line["peer"] == str(self.far.plan.name) for line in self.caller.lines("link opened")) < times:
                await asyncio.sleep(0.02)


@pytest.fixture
async def apart(tmp_path: Path, base: int, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Apart]:
    (tmp_path / "marks").mkdir()
    monkeypatch.setenv("COUNTING_DIR", str(tmp_path / "marks"))
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent))
    plan = Plan(tmp_path / "nodes", base, {"a": "node_a", "b": "counting"})
    plan.prepare()
    far, b, c = plan.nodes[3:]
    async with AsyncExitStack() as stack:
        wire = stack.enter_context(cable())
        among = await stack.enter_async_context(services())
        place = {"LISTEN_ADDRESS": wire.far.address, "LOCAL_IP": wire.far.address}
        called_nodes = [
            await stack.enter_async_context(started(plan, far, wire.inside, **place)),
            await stack.enter_async_context(started(plan, b)),
            await stack.enter_async_context(started(plan, c)),
        ]
        caller, user = await stack.enter_async_context(running(plan, B_SERVICE_DOMAIN=str(among.addresses["b"])))
        for node in called_nodes:
            await node.told("ready")
        among.behind["b"] += [Address(wire.far.address, far.http.port), b.http, c.http]
        yield Apart(caller, user, called_nodes[0], wire)


@pytest.mark.root
@pytest.mark.tools("ip")
@pytest.mark.parametrize("way", ["to", "from"])
async def test_what_is_lost_one_way(way: Way, apart: Apart, report: Report) -> None:
    targets = [str(apart.caller.plan.grpc)]
    async with called("count:often", targets, WORKERS) as often, called("count:once", targets, WORKERS) as once:
        await apart.linked(1)
        cut = time.monotonic()
        with apart.cable.losing(way):
            # A call that is surely on the link: those that are picked go elsewhere from now on.
            there = asyncio.create_task(apart.user.ask(apart.there))
            closed = await apart.caller.told("link closed")
            noticed = time.monotonic() - cut
            assert await there == "{badrpc,nodedown}"
            await asyncio.sleep(LOST_SECONDS - (time.monotonic() - cut))
        healed = time.monotonic()
        await apart.linked(2)
        back = time.monotonic() - healed
    await asyncio.sleep(0.1)  # what was still running has left its mark
    again = f"given up after {noticed:.1f} s, again after {back:.1f} s"
    report.row(
        f"nothing arrives {way} a node for {LOST_SECONDS:.0f} s",
        "idempotent calls are answered by their deadline, others run once at most; the link is given up within 4 s, "
        "said in the log, and opened again at its end",
        f"idempotent: {often.times()}; others: {once.counts()}; {again}",
    )
    assert closed["peer"] == str(apart.far.plan.name)
    # What is first: the link's own watch, or TCP, which has its data confirmed by nobody.
    assert re.search("silent for|timed out", closed["reason"])
    often.hold_for_idempotent()
    once.hold_for_once()
    assert noticed < 4 + often.held
    assert back < 5 + often.held


@pytest.mark.root
@pytest.mark.long
@pytest.mark.tools("ip")
async def test_a_caller_that_is_gone(apart: Apart, report: Report) -> None:
    """Nothing tells the node: what its caller's kernel says in the end does not arrive."""
    assert await apart.user.ask(apart.there) == '<<"there">>'
    assert apart.callers() == 1
    with apart.cable.losing("to"):
        cut = time.monotonic()
        await apart.caller.kill()
        async with asyncio.timeout(GONE_SECONDS):
            while apart.callers():
                await asyncio.sleep(0.1)
        seconds = time.monotonic() - cut
        await apart.far.stop()
    measured = f"let go after {seconds:.0f} s"
    report.row("a caller's machine vanishes", "its link is let go, and holds up no stop", measured)
    assert time.monotonic() - cut - seconds < 5
