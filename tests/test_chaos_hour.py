"""docs/chaos-hour.md: what its reader types is typed, and what is said to be printed is."""

import asyncio
import os
import re
import subprocess
from pathlib import Path

import pytest

from erlang_docker.faults.switches import MOST
from erlang_docker.local.cluster import Cluster

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "docs/chaos-hour.md").read_text()
STEP = re.compile(r"^```\n(?P<typed>[^`]+)```\n```text\n(?P<printed>[^`]+)```$", re.MULTILINE)
SECONDS = 50


def here(text: str, cluster: Cluster) -> str:
    """On the ports and the volumes of another cluster."""
    base = cluster.plan.base
    at_ports = re.sub(r"\b30(1\d\d)\b", lambda port: str(base + int(port[1])), text)
    return at_ports.replace("data/", f"{cluster.plan.data_dir}/")


def expected(printed: str) -> re.Pattern[str]:
    """`…` is anything, alone on its line any lines."""
    lines = (re.escape(" ".join(line.split())).replace("…", ".*") for line in printed.splitlines())
    return re.compile("".join("(?:.*\n)*" if line == ".*" else f"{line}\n" for line in lines))


def run(typed: str, cluster: Cluster, folder: Path) -> str:
    """What it prints, each run of blanks as one."""
    first = cluster.plan.nodes[0].grpc.port
    done = subprocess.run(
        ["bash", "-c", typed.replace("scripts/cli", str(ROOT / "scripts/cli"))],
        env={**os.environ, "GRPC_PORT": str(first), "COOKIE_FILE": str(cluster.plan.cookie_file)},
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=SECONDS,
    )
    return "".join(f"{' '.join(line.split())}\n" for line in done.stdout.splitlines())


@pytest.mark.timeout(240)
async def test_every_step_shows_what_it_says(cluster: Cluster, tmp_path: Path) -> None:
    steps = list(STEP.finditer(TEXT))
    assert len(steps) == 11
    for step in steps:
        printed = await asyncio.to_thread(run, here(step["typed"], cluster), cluster, tmp_path)
        assert expected(step["printed"]).fullmatch(printed), f"{step['typed']}\n{printed}"


def test_no_block_is_left_out() -> None:
    """Each that is not run here says why, or by which test it is."""
    marked = re.findall(r"^<!-- (?:not run by a test: .+|run by \S+) -->\n```\n", TEXT, re.MULTILINE)
    assert len(re.findall(r"^```\n.*?^```$", STEP.sub("", TEXT), re.MULTILINE | re.DOTALL)) == len(marked)


def test_every_fault_is_in_the_table() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (\S+)(?: to (\S+))? \|", TEXT, re.MULTILINE)
    assert {name: float(most.replace(",", "") or 1) for name, _, most in rows} == MOST
