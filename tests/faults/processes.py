"""A node in a process of its own, on a volume of its own, that faults are made for."""

import asyncio
import json
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from erlang_docker.local.plan import NodePlan, Plan
from harness import Socket, socket

START_SECONDS = 20.0


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
        lines = map(json.loads, filter(lambda text: text.startswith("{"), self.output.read_text().splitlines()))
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
async def started(plan: Plan, index: int = 0, **environ: str) -> AsyncIterator[NodeProcess]:
    """One of the plan's nodes, the first unless another is asked for; killed at the end if it still runs."""
    node = plan.nodes[index]
    output = node.data_dir.with_suffix(".output")
    with output.open("w") as file:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", node.module),
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
async def running(plan: Plan, index: int = 0, **environ: str) -> AsyncIterator[tuple[NodeProcess, Socket]]:
    """The same, once it is ready, and a socket to it."""
    async with started(plan, index, **environ) as node:
        await node.until(200)
        async with socket(node.plan.ws.port) as user:
            yield node, user
