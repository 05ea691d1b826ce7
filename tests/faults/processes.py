"""A node in a process of its own, on a volume of its own, that faults are made for."""

import asyncio
import json
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from erlang_docker.local.plan import NodePlan, Plan
from harness import Socket, socket

START_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class NodeProcess:
    """A running one."""

    plan: NodePlan
    process: asyncio.subprocess.Process
    output: Path

    async def ready(self) -> int:
        """The status of its readiness, 0 when it does not answer."""
        url = f"http://{self.plan.admin}/readyz"
        try:
            async with aiohttp.ClientSession() as session, session.get(url, timeout=aiohttp.ClientTimeout(2)) as answer:
                return answer.status
        except (aiohttp.ClientError, TimeoutError):
            return 0

    async def until(self, status: int, seconds: float = START_SECONDS) -> None:
        """Returns when its readiness has this status."""
        async with asyncio.timeout(seconds):
            while await self.ready() != status:
                await asyncio.sleep(0.02)

    async def ended(self, seconds: float = START_SECONDS) -> int:
        """The status it ends with."""
        async with asyncio.timeout(seconds):
            return await self.process.wait()

    async def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        await self.ended()

    async def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        assert await self.ended() == 0, self.said()

    def lines(self, message: str = "") -> list[dict[str, Any]]:
        """What its log has said, with this message or at all."""
        said = self.output.read_text()
        whole = said[: said.rfind("\n") + 1].splitlines()  # the last may still be written
        lines = map(json.loads, filter(lambda text: text.startswith("{"), whole))
        return [line for line in lines if message in ("", line["message"])]

    async def told(self, message: str) -> dict[str, Any]:
        """The one line with this message, which a thread may still have to write."""
        async with asyncio.timeout(START_SECONDS):
            while not (lines := self.lines(message)):
                await asyncio.sleep(0.01)
        (line,) = lines
        return line

    def said(self) -> str:
        return self.output.read_text()


@asynccontextmanager
async def started(
    plan: Plan, node: NodePlan | None = None, through: Sequence[str] = (), **environ: str
) -> AsyncIterator[NodeProcess]:
    """A node of the plan, else its first, by way of another command, if any; killed at the end if it still runs."""
    node = node or plan.nodes[0]
    output = plan.data_dir / f"output-{node.label}"
    with output.open("w") as file:
        process = await asyncio.create_subprocess_exec(
            *(*through, sys.executable, "-m", node.module),
            env={**plan.environ(node), **environ},
            stdout=file,
            stderr=asyncio.subprocess.STDOUT,
        )
    try:
        yield NodeProcess(node, process, output)
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


@asynccontextmanager
async def running(plan: Plan, through: Sequence[str] = (), **environ: str) -> AsyncIterator[tuple[NodeProcess, Socket]]:
    """The plan's first node, once it is ready, and a socket to it."""
    async with started(plan, None, through, **environ) as node:
        await node.until(200)
        async with socket(node.plan.ws.port) as user:
            yield node, user
