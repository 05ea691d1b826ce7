"""An example on this machine, as its README has it run."""

import asyncio
import os
import re
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from documents import blocks
from erlang_docker.local.cluster import Cluster, run_cluster
from erlang_docker.local.plan import Plan
from erlang_docker.local.running_node import RunningNode
from make_run import EXAMPLES, ROOT
from ports import free_ports

_RUN = re.compile(r"PYTHONPATH=examples make run MODULE_A=(\S+) MODULE_B=(\S+)\n")


@dataclass(frozen=True, slots=True)
class Example:
    """A cluster that runs it, and what its README has typed beside that."""

    cluster: Cluster
    commands: list[str]

    def app(self, ordinal: int = 0) -> str:
        """Where the server of a node of kind a is that is not the product's."""
        return f"http://{self.cluster.of_kind('a')[ordinal].plan.app}"

    def grpc(self, ordinal: int = 0) -> str:
        """Where the console of a node of kind a is."""
        return str(self.cluster.of_kind("a")[ordinal].plan.grpc)

    def node(self, name: str) -> RunningNode:
        """The node of this name."""
        return next(node for node in self.cluster.nodes if str(node.plan.name) == name)

    async def type(self, command: str) -> str:
        """What a command prints; files that it writes are where the volumes are."""
        plan = self.cluster.plan
        command = re.sub(r"\b30(\d{3})\b", lambda port: str(plan.base + int(port[1])), command)
        typed = await asyncio.to_thread(
            subprocess.run,
            ["bash", "-euo", "pipefail", "-c", command.replace("--output ", f"--output {plan.data_dir}/")],
            cwd=ROOT,
            env={**os.environ, "GRPC_PORT": str(plan.grpc.port), "COOKIE_FILE": str(plan.cookie_file)},
            capture_output=True,
            text=True,
            check=False,
            timeout=30,
        )
        assert typed.returncode == 0, typed.stderr
        return typed.stdout


@asynccontextmanager
async def running_example(name: str, folder: Path, a: int, b: int, **environ: str) -> AsyncIterator[Example]:
    """With so many nodes of each kind, and more variables than the README's command sets."""
    shown = [block for block in blocks(f"examples/{name}/README.md") if block.heading == "On this machine"]
    run, *commands = (block.text for block in shown if block.is_own)
    modules = _RUN.fullmatch(run)
    assert modules is not None, run
    with free_ports() as base, pytest.MonkeyPatch.context() as patch:
        for variable, value in {"PYTHONPATH": str(EXAMPLES), **environ}.items():
            patch.setenv(variable, value)
        plan = Plan(folder, base, {"a": modules[1], "b": modules[2]}, {"a": a, "b": b})
        async with run_cluster(plan, print) as cluster:
            await cluster.wait_ready()
            yield Example(cluster, commands)
