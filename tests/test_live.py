"""`make run` in a terminal: what is on the screen, and what each key does to real processes."""

import asyncio
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from erlang_docker.local.cluster import Cluster
from erlang_docker.local.controls import KEYS, key_row
from erlang_docker.local.journal import Journal
from erlang_docker.local.plan import Plan
from erlang_docker.local.view import View
from erlang_docker.local.watch import Watch
from harness import until
from make_run import SERVICES
from ports import free_ports
from terminal import Terminal, running_in_terminal
from test_metrics import samples_at

UP, PAGE_UP = "\x1b[A", "\x1b[5~"
STYLES = re.compile(rb"\x1b\[[0-9;?]*[A-Za-z]")


class Run:
    """A cluster in a terminal."""

    def __init__(self, terminal: Terminal, plan: Plan, pid: int, found: list[object], opened: Path) -> None:
        self.terminal = terminal
        self.plan = plan
        self.pid = pid
        self.found = found
        """What the terminal was set to before."""
        self.opened = opened
        """What the browser opened."""

    def row(self, label: str) -> dict[str, str]:
        """What is shown of a node, by title."""
        titles = self.terminal.line("node state").split()
        return dict(zip(titles, self.terminal.line(label).lstrip("> ").replace(" MB", "").split(), strict=False))

    def numbers(self, title: str, *labels: str) -> list[int]:
        """One of each row; -1 of a node that is not ready."""
        return [int(self.row(label).get(title, -1)) for label in labels]

    async def shows(self, title: str, numbers: dict[str, int]) -> None:
        """Returns once these are there: a node that was late to answer has none for a moment."""
        await until(lambda: self.numbers(title, *numbers) == [*numbers.values()])

    async def state(self, label: str, *words: str) -> None:
        """Returns once the row of a node has these words."""
        await until(lambda: set(words) <= set(self.terminal.line(label).replace(",", "").split()))

    async def was_drawn(self, row: str) -> None:
        """Returns once there has been such a row, which may be gone by now."""
        await until(lambda: re.search(row, STYLES.sub(b"", self.terminal.written).decode(errors="replace")))


def state_of(pid: int) -> str:
    """As `ps` shows it: T is stopped."""
    ps = subprocess.run(["ps", "-o", "state=", "-p", str(pid)], capture_output=True, text=True, check=True)
    return ps.stdout.strip()[0]


@pytest.fixture(scope="module")
async def run(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Run]:
    folder = tmp_path_factory.mktemp("live")
    browser = folder / "browser"
    browser.write_text(f'#!/bin/sh\necho "$1" > {folder}/opened\n')
    browser.chmod(0o755)
    environ = {**os.environ, "PYTHONPATH": str(SERVICES), "BROWSER": f"{browser} %s"}
    with free_ports() as base:
        plan = Plan(folder / "data", base, replicas={"a": 2, "b": 2})
        options = ("--data", str(plan.data_dir), "--base", str(base), "--a", "2", "--b", "2")
        command = (sys.executable, "-m", "erlang_docker.local", *options)
        async with running_in_terminal(command, environ) as (terminal, process):
            found = terminal.settings()
            await terminal.until("Try:", *(f"{node.label}  ready" for node in plan.nodes))
            yield Run(terminal, plan, process.pid, found, folder / "opened")
            terminal.press("q")
            async with asyncio.timeout(30):
                assert await process.wait() == 0
            assert terminal.settings() == found
            # The other screen and the hidden cursor, and both given back, at the very end, which may come late.
            await until(lambda: terminal.written.endswith(b"\x1b[?25h\x1b[?1049l"))
            assert terminal.written.count(b"\x1b[?1049h") == terminal.written.count(b"\x1b[?1049l")


async def test_all_is_readable_at_80_by_24(run: Run) -> None:
    lines = run.terminal.lines
    assert "2 nodes of kind a and 2 of kind b are running" in lines[0]
    assert f"page http://127.0.0.1:{run.plan.base + 90}  HTTP 127.0.0.1:{run.plan.base + 80}  gRPC" in lines[4]
    titles = ["node", "state", "epoch", "up", "made/s", "served/s", "picked", "links", "memory", "restarts", "admin"]
    assert lines[5].split() == titles
    rows = [line.split() for line in lines[6:10]]
    assert [row[:2] for row in rows] == [[label, "ready"] for label in ("a-0", "a-1", "b-0", "b-1")]
    assert [row[-1] for row in rows] == [str(node.admin.port) for node in run.plan.nodes]
    assert lines[10].startswith("── log of all")
    assert lines[-1] == " ".join(f"{key} {word}" for key, word, _ in KEYS)


async def test_a_wide_screen_shows_more_and_a_narrow_one_what_fits(run: Run) -> None:
    terminal = run.terminal
    terminal.resize(140, 40)
    await terminal.until("  http  page  grpc     pid")
    await terminal.until("↑↓ select")
    await run.shows("http", {node.label: node.http.port for node in run.plan.nodes})
    terminal.resize(50, 10)
    await terminal.until("a-0  ready", "o…")
    assert terminal.lines[-1].startswith("↑↓ select")
    terminal.resize(140, 40)
    await terminal.until("  http  page  grpc     pid")


async def test_looking_is_not_counted(run: Run) -> None:
    counted = await samples_at(run.plan.nodes[0].admin.port)
    commands = ("erlang_docker_command_duration_seconds_count", "erlang_docker_calls_served_total")
    assert [key for key in counted if key[0] in commands] == []


async def test_spread_is_shown_as_bars_and_counted(run: Run) -> None:
    terminal = run.terminal
    terminal.press("1S")
    await terminal.until("spread 30 from a-0 ─", "b-0    █", "b-1    █")
    bars = {line.split()[0]: int(line.split()[-1]) for line in terminal.lines if "█" in line}
    assert sum(bars.values()) == 30
    shown = [bars["b-0"], bars["b-1"]]
    async with asyncio.timeout(20):
        while [run.numbers("made", "a-0"), run.numbers("served", "b-0", "b-1")] != [[30], shown]:
            await asyncio.sleep(0.05)
    assert all(picked >= served for picked, served in zip(run.numbers("picked", "b-0", "b-1"), shown, strict=True))
    terminal.press("0")
    await terminal.until("log of a-0", gone="spread 30 from")
    terminal.press("0")
    await terminal.until("log of all")


async def test_help_names_every_key(run: Run) -> None:
    run.terminal.press("?")
    await run.terminal.until("── help", *(about[:60] for _, _, about in KEYS))
    run.terminal.press("?")
    await run.terminal.until("── log of", gone="── help")


async def test_the_page_is_opened(run: Run) -> None:
    run.terminal.press("o")
    page = f"http://{run.plan.page}"
    await run.terminal.until(f"opened {page}")
    assert run.opened.read_text() == f"{page}\n"


async def test_a_key_for_a_node_asks_which(run: Run) -> None:
    run.terminal.press("0k")
    await run.terminal.until("kill which? Select a node")


async def test_kill_pause_stop_and_restart(run: Run) -> None:
    """Each on a node of its own; the fourth one is frozen by somebody else."""
    terminal = run.terminal
    labels = ("a-0", "a-1", "b-0")
    _, paused, stopped = before = run.numbers("pid", *labels)
    (frozen,) = run.numbers("pid", "b-1")
    os.kill(frozen, signal.SIGSTOP)
    terminal.press("1k2p3s")
    await run.was_drawn(r"a-0 +dead +killed by SIGKILL, restart 1, next in 1 s")
    await run.state("a-1", "paused")
    await until(lambda: state_of(paused) == "T")
    await run.state("b-0", "stopped")
    with pytest.raises(ProcessLookupError):
        os.kill(stopped, 0)
    await run.state("b-1", "frozen")
    os.kill(frozen, signal.SIGCONT)
    terminal.press("2r3r")  # what is paused hears no signal, and stops all the same
    for label in labels:
        await run.state(label, "ready", "2")  # its second boot
    await run.state("b-1", "ready", "1")
    await run.shows("restarts", {**dict.fromkeys(labels, 1), "b-1": 0})
    await until(lambda: -1 not in run.numbers("pid", *labels))
    assert set(run.numbers("pid", *labels)) & set(before) == set()


async def test_a_log_is_scrolled_and_has_the_screen_to_itself(run: Run) -> None:
    terminal = run.terminal
    terminal.press("4" + UP)
    await terminal.until("── log of b-0", "is stopped")
    terminal.press("l")
    await terminal.until("── log of b-0", gone="http  page  grpc")
    terminal.resize(80, 6)
    await terminal.until("↑↓ select")
    terminal.press(PAGE_UP)
    await terminal.until("scrolled back")
    terminal.press("\x1b[F")
    await terminal.until("── log of b-0 ─")
    terminal.press("l0")
    terminal.resize(140, 40)
    await terminal.until("── log of all", "  http  page  grpc     pid")


async def test_a_terminal_is_given_back_by_a_program_that_fails() -> None:
    program = """
import asyncio
from erlang_docker.local.terminal import Terminal

async def main():
    with Terminal(print, print):
        raise RuntimeError("a bug")

asyncio.run(main())
"""
    environ = {**os.environ, "PYTHONPATH": str(SERVICES)}
    async with running_in_terminal((sys.executable, "-c", program), environ) as (terminal, process):
        async with asyncio.timeout(20):
            assert await process.wait() == 1
        await terminal.until("RuntimeError: a bug")
        assert terminal.echoes
        assert terminal.written.index(b"\x1b[?1049h") < terminal.written.index(b"\x1b[?1049l")


@pytest.mark.parametrize(("width", "height"), [(80, 24), (140, 40), (40, 12)])
@pytest.mark.parametrize("selected", [None, 0, 13, 19])
async def test_twenty_nodes_leave_room_for_a_log(width: int, height: int, selected: int | None) -> None:
    cluster = Cluster(Plan(Path("data"), replicas={"a": 10, "b": 10}))
    view = View(cluster, Watch(cluster), Journal(node.plan.label for node in cluster.nodes), key_row())
    view.selected = selected
    node = cluster.nodes[13]
    node.starts, node.ended, node.next_start = 14, "crashed, exit 1: NameError: x", time.monotonic() + 7.9
    rows = [row.plain for row in view.rows(width, height)]
    assert len(rows) == height
    assert rows[-1] == key_row().plain
    log = next(number for number, row in enumerate(rows) if row.startswith("── log of"))
    assert height - log > 5
    if selected is not None:
        assert [row[2:5] for row in rows if row.startswith("> ")] == [cluster.nodes[selected].plan.label]
    if selected == 13 or height == 40:
        assert any("b-3  dead     crashed, exit 1, restart 14, next in 8 s: NameError: x" in row for row in rows)
