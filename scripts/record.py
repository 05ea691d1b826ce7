"""Write docs/make-run.svg: what `make run` shows, from a real run that is used and loses a node.

PYTHONPATH=services:tests python scripts/record.py, while no `make run` has these ports.
"""

import asyncio
import os
import sys
import tempfile
from io import StringIO
from itertools import groupby
from operator import itemgetter
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import MONOKAI
from rich.text import Text

from erlang_docker import Client
from erlang_docker.local.plan import Plan
from make_run import ROOT, SERVICES
from terminal import Terminal, running_in_terminal

COLUMNS, LINES = 100, 22
PICTURE = ROOT / "docs/make-run.svg"
# The template's own, without the fonts that it would load from elsewhere.
FORMAT = """\
<svg class="rich-terminal" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{ font-family: monospace; font-size: {char_height}px; line-height: {line_height}px; }}
.{unique_id}-title {{ font-family: sans-serif; font-size: 18px; font-weight: bold; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}"/>
</clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""


async def use(plan: Plan) -> None:
    """Calls from the first a, until it is cancelled."""
    async with Client(str(plan.grpc)) as client:
        while True:
            await client.run("rpc lists:seq(1,5)")


async def record() -> Text:
    """The screen, while calls run, just after a node was killed."""
    with tempfile.TemporaryDirectory() as folder:
        plan = Plan(Path(folder))
        environ = {**os.environ, "PYTHONPATH": str(SERVICES), "COLORTERM": ""}
        command = (sys.executable, "-m", "erlang_docker.local", "--data", "data")
        os.chdir(folder)
        async with running_in_terminal(command, environ, COLUMNS, LINES) as (terminal, _):
            await terminal.until("a-0  ready", "b-2  ready", "Try:")
            users = [asyncio.create_task(use(plan)) for _ in range(4)]
            await asyncio.sleep(12)
            terminal.press("5k0S")
            await terminal.until("killed by SIGKILL, restart 1", "spread 30 from a picked a ─", "b-2    █")
            shown = screen_of(terminal)
            for user in users:
                user.cancel()
            await asyncio.gather(*users, return_exceptions=True)
    return shown


def screen_of(terminal: Terminal) -> Text:
    """Its characters in their colours."""
    screen = Text()
    for line in terminal.colours:
        for (colour, bold), places in groupby(line, key=itemgetter(1, 2)):
            style = f"{'bold ' * bold}{'yellow' if colour == 'brown' else colour}"
            screen.append("".join(character for character, *_ in places), style)
        screen.append("\n")
    return screen


def main() -> None:
    """Entry point."""
    console = Console(record=True, width=COLUMNS, file=StringIO(), force_terminal=True)
    console.print(asyncio.run(record()), end="", soft_wrap=True)
    picture = console.export_svg(title="make run", theme=MONOKAI, code_format=FORMAT, unique_id="make-run")
    PICTURE.write_text("".join(f"{line.rstrip()}\n" for line in picture.splitlines()))


if __name__ == "__main__":
    main()
