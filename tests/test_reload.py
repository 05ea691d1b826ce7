"""A user's functions beside a node's `__main__`: found without an edit of it, and taken anew when they change."""

import asyncio
import os
import shutil
import sys
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from erlang_docker import Client, NodeDown
from erlang_docker.local.plan import Plan
from erlang_docker.local.sources import LoadError, changed_at, load
from harness import socket
from make_run import EXAMPLES, SERVICES
from ports import free_ports
from terminal import Terminal, running_in_terminal

GREETER = (EXAMPLES / "greeter.py").read_text()
BROKEN = GREETER.replace('"""A function', 'def hello(:  """A function')
TAKEN = GREETER.replace("greeter:nap", "greeter:hello")
"""Loads, but cannot be exported."""
PROBLEM = "kind b: greeter.py:1 SyntaxError: invalid syntax; its nodes go on as they are"


@dataclass
class Run:
    """A cluster of one a and two b in a terminal, the job of a shell."""

    terminal: Terminal
    plan: Plan
    functions: Path
    """Of nodes of kind b."""


@pytest.fixture(scope="module")
async def run(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Run]:
    folder = tmp_path_factory.mktemp("reload")
    shutil.copytree(SERVICES / "node_b", folder / "node_b", ignore=shutil.ignore_patterns("__pycache__"))
    environ = {**os.environ, "PYTHONPATH": f"{folder}:{SERVICES}"}
    with free_ports() as base:
        plan = Plan(folder / "data", base, replicas={"a": 1, "b": 2})
        command = f"{sys.executable} -m erlang_docker.local --data {plan.data_dir} --base {base} --a 1 --b 2"
        shell = ("sh", "-c", f"set -m; {command}; echo stopped by $?; read _; fg; echo ended by $?; sleep 60")
        async with running_in_terminal(shell, environ, 120, 100) as (terminal, _):
            await terminal.until("a-0  ready", "b-0  ready", "b-1  ready")
            yield Run(terminal, plan, folder / "node_b/greeter.py")


async def epoch(target: str) -> int:
    """How often this node has booted; 0 while it does not answer."""
    try:
        async with Client(target) as client:
            return (await client.node()).boot_epoch
    except NodeDown:
        return 0


async def until_booted(run: Run, times: Sequence[int]) -> None:
    """Returns once a-0, b-1 and b-0 have booted so often."""
    async with asyncio.timeout(20):
        nodes = [run.plan.nodes[index] for index in (0, 2, 1)]
        while [await epoch(str(node.grpc)) for node in nodes[: len(times)]] != times:
            await asyncio.sleep(0.05)


async def test_functions_are_found_and_reloaded_and_no_call_fails(run: Run) -> None:
    """Also while the file is one that does not load, which is shown and not run."""
    replies: list[str] = []

    async def call() -> None:
        async with socket(run.plan.page.port) as user:
            while True:
                replies.append(await user.ask('rpc greeter:hello("you")'))
                await asyncio.sleep(0.01)  # the nodes that start need the processor too

    calls = asyncio.create_task(call())
    try:
        run.functions.write_text(GREETER)
        await until_booted(run, [1, 2, 2])
        await run.terminal.until("kind b restarts, one node after the other: greeter.py", "b-1 is ready")
        run.functions.write_text(BROKEN)
        await run.terminal.until(PROBLEM, "def hello(:")
        broken = len(replies)
        run.functions.write_text(TAKEN)
        await run.terminal.until("b-0 does not start with the change", "crashed, exit 78, restart", "exported twice")
        run.functions.write_text(GREETER.replace("hello {", "goodbye {"))
        await run.terminal.until("b-0  ready", "b-1  ready", gone="kind b: b-0 does not start")
        await until_booted(run, [1, 3])
        async with asyncio.timeout(20):
            while '[<<"goodbye you">>]' not in replies[-1:]:
                await asyncio.sleep(0.01)
    finally:
        calls.cancel()
    undefined = "{badrpc,{'EXIT',{undef,[{greeter,hello,[\"you\"],[]}]}}}"
    assert set(replies) == {undefined, '[<<"hello you">>]', '[<<"goodbye you">>]'}
    assert replies[broken] == '[<<"hello you">>]'


async def test_the_shell_gets_its_terminal_back(run: Run) -> None:
    """By Ctrl-Z, and all is as it was by `fg`; what stopped it did not stop the nodes."""
    terminal = run.terminal
    terminal.press("\x1a")
    await terminal.until("stopped by")
    assert terminal.echoes
    async with Client(str(run.plan.nodes[0].grpc)) as client:
        assert await client.mfa("lists:sum", [1, 2]) == 3
    terminal.press("\n")
    await terminal.until("a-0  ready", "↑↓ select", gone="stopped by")
    assert not terminal.echoes
    terminal.press("\x03")
    await terminal.until("ended by 0")
    assert terminal.echoes


async def test_what_never_loaded_is_watched_where_it_is(tmp_path: Path) -> None:
    """So that it is loaded again once it is mended."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/__init__.py").touch()
    (tmp_path / "mine/__main__.py").write_text("from mine import functions\n")
    (tmp_path / "mine/functions.py").write_text("import mine.helper\nmine.helper.missing()\n")
    (tmp_path / "mine/helper.py").touch()
    with pytest.raises(LoadError) as failed:
        await load("mine", {**os.environ, "PYTHONPATH": f"{tmp_path}:{SERVICES}"})
    told = [line.strip() for line in str(failed.value).splitlines()]
    assert told[-1] == "AttributeError: module 'mine.helper' has no attribute 'missing'"
    assert [line.partition(", in")[0] for line in told if line.startswith("File")] == [
        f'File "{tmp_path}/mine/__main__.py", line 1',
        f'File "{tmp_path}/mine/functions.py", line 2',
    ]
    assert {path.name for path in changed_at(failed.value.paths)} >= {"functions.py", "helper.py", "__main__.py"}
