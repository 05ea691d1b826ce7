"""A cluster on one machine keeps its nodes running, whatever becomes of their processes; and its cookie whole."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from erlang_docker.local.events import Event, Source
from erlang_docker.local.journal import ALL, LINES, Journal
from erlang_docker.local.keeper import Keeper, next_pause
from erlang_docker.local.plan import Plan
from erlang_docker.local.running_node import RunningNode, State
from erlang_docker.peers.resolve import Resolver

START_SECONDS = 40.0


@asynccontextmanager
async def kept(plan: Plan, report: Callable[[Event], None]) -> AsyncIterator[RunningNode]:
    """The first node of a plan, while its keeper runs."""
    plan.prepare()
    node = RunningNode(plan.nodes[0])
    async with Resolver(1) as resolver:
        running = asyncio.create_task(Keeper(node, plan, report, resolver).run())
        try:
            async with asyncio.timeout(START_SECONDS):
                yield node
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)


@pytest.mark.parametrize(
    ("level_bytes", "start"),
    [
        # The node repeats it in one line, longer than the streams of asyncio take.
        (100_000, "a-0: erlang-docker-a: LOG_LEVEL: not a level: 'XXX"),
        # No process can be given so long a variable.
        (200_000, "a-0 cannot be started, OSError("),
    ],
)
async def test_a_node_is_started_until_it_runs(
    level_bytes: int, start: str, tmp_path: Path, base: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    reports = asyncio.Queue[Event]()
    monkeypatch.setenv("LOG_LEVEL", "x" * level_bytes)
    async with kept(Plan(tmp_path, base), reports.put_nowait) as node:
        said = await reports.get()
        monkeypatch.delenv("LOG_LEVEL")
        await node.ready.wait()
    assert str(said).startswith(start)


def test_pauses_grow_until_a_node_has_run_for_a_while() -> None:
    pauses = [0.0]
    for ran in (1, 1, 1, 1, 1, 1, 1, 9.9, 10, 1):
        pauses.append(next_pause(pauses[-1], ran))
    assert pauses[1:] == [1, 2, 4, 8, 16, 30, 30, 30, 1, 2]


async def test_a_node_that_keeps_dying_is_started_later_each_time(
    tmp_path: Path, base: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its log keeps the last traceback whole, and that of all one line for each time."""
    (tmp_path / "broken.py").write_text("def fail():\n    return functions\n\n\nfail()\n")
    journal = Journal(["a-0"])
    plan = Plan(tmp_path, base, {"a": "broken", "b": "node_b"})
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    async with kept(plan, journal.add) as node:
        while node.starts < 2 or node.state is not State.DEAD:
            alive = time.monotonic()
            await asyncio.sleep(0.05)
        assert alive + 2 <= node.next_start <= time.monotonic() + 2
    assert node.ended == "crashed, exit 1: NameError: name 'functions' is not defined"
    said = [text for _, text in journal.lines("a-0")]
    assert sum(line == "Traceback (most recent call last):" for line in said) == 2
    assert any(line.endswith('broken.py", line 2, in fail') for line in said)
    told = [text.partition(" ")[2] for _, text in journal.lines(ALL)]
    words = "NameError: name 'functions' is not defined"
    assert told == [f"a-0 crashed, exit 1, restart {n}, next in {s} s: {words}" for n, s in ((1, 1), (2, 2))]


def test_a_log_is_bounded_and_moves_no_cursor() -> None:
    journal = Journal(["a-0"])
    for number in range(2 * LINES):
        journal.add(Event("a-0", f"\x1b[2J{number} " + "x" * 100_000, Source.ERRORS))
    lines = journal.lines("a-0")
    assert (len(lines), max(len(text) for _, text in lines) < 5000) == (LINES, True)
    assert lines[-1][1].startswith(f"\\x1b[2J{2 * LINES - 1} x")


def test_a_line_of_the_log_is_shown_for_people() -> None:
    journal = Journal(["a-0"])
    said = {"time": "2026-11-26T01:20:00.123Z", "level": "ERROR", "node": "n", "message": "crash", "id": "7f"}
    journal.add(Event("a-0", json.dumps({**said, "exception": "A\nB"}), Source.LOG))
    (style, first), *more = journal.lines("a-0")
    assert (style, first[8:], more) == ("red", " crash id=7f", [("red", "A"), ("red", "B")])
    assert [text for _, text in journal.lines(ALL)] == [f"{first[:8]} a-0 crash id=7f", "a-0 A", "a-0 B"]


def test_a_cookie_is_made_whole_and_once(tmp_path: Path, base: int) -> None:
    plan = Plan(tmp_path, base)
    # As a process leaves it that was killed meanwhile.
    (tmp_path / "cookie.new").touch(mode=0o600)
    plan.prepare()
    cookie = plan.cookie_file.read_text()
    assert len(bytes.fromhex(cookie)) == 32
    assert plan.cookie_file.stat().st_mode & 0o777 == 0o600
    plan.prepare()
    assert (plan.cookie_file.read_text(), [path.name for path in tmp_path.iterdir()]) == (cookie, ["cookie"])
