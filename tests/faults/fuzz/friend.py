"""Who uses the node as it is meant to be, while others do not."""

import asyncio
import time
from dataclasses import dataclass, field
from math import inf

import aiohttp

from erlang_docker.local.plan import NodePlan
from harness import Socket, socket

PAUSE_SECONDS = 0.05


@dataclass(slots=True)
class Friend:
    """What a friend of two nodes, one of each kind, has seen."""

    node: NodePlan
    peer: NodePlan
    calls: int = 0
    wrong: list[str] = field(default_factory=list)
    slowest: float = 0.0
    _asked: str = ""

    async def use(self) -> None:
        """Until cancelled; whoever is disconnected comes back, and says so."""
        while True:
            try:
                await self.look(inf)
            except (aiohttp.ClientError, OSError, TimeoutError, TypeError) as error:  # TypeError: no text, but a close
                self.wrong.append(f"disconnected after {self._asked}: {error!r}")
                await asyncio.sleep(PAUSE_SECONDS)

    async def look(self, times: float) -> None:
        """At everything, so many times."""
        async with aiohttp.ClientSession() as session, socket(self.node.ws.port) as user:
            while times > 0:
                times -= 1
                await self._look(session, user)
                await asyncio.sleep(PAUSE_SECONDS)

    async def _look(self, session: aiohttp.ClientSession, user: Socket) -> None:
        for command, expected in (("node", str(self.node.name)), ("rpc erlang:node()", f"'{self.peer.name}'")):
            begun = time.monotonic()
            self._note(command, begun, await user.ask(command), expected)
        begun = time.monotonic()
        async with session.post(f"http://{self.node.http}/node", json={}) as answer:
            picked = (await answer.json())["data"]["node"]
        self._note("POST /node", begun, picked, str(self.node.name))
        begun = time.monotonic()
        async with session.get(f"http://{self.node.admin}/readyz") as answer:
            state = await answer.text()
        self._note("/readyz", begun, state, "ready")

    def _note(self, asked: str, begun: float, answer: str, expected: str) -> None:
        self.slowest = max(self.slowest, time.monotonic() - begun)
        self.calls += 1
        self._asked = asked
        if answer != expected:
            self.wrong.append(f"{asked}: {answer[:200]}")
