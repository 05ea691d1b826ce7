"""Calls from outside, as browsers and curl make them, while something is done to the cluster."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp

SOCKETS = 20
INTERVAL = 0.2
"""Between two commands on one socket, in seconds: 100 calls a second in all."""
PICK_INTERVAL = 0.01
ANSWER = aiohttp.ClientTimeout(total=10)


@dataclass(slots=True)
class Load:
    """What came back."""

    calls: int = 0
    picks: int = 0
    failed: list[str] = field(default_factory=list)
    closes: Counter[str] = field(default_factory=Counter)
    """Close code and reason of sockets."""
    sent_again: int = 0
    """Commands that met the close of their socket; what ran is answered before a close, so these had not run."""
    slowest: float = 0.0

    def called(self, seconds: float, reply: str) -> None:
        self.calls += 1
        self.slowest = max(self.slowest, seconds)
        if not reply.startswith("'erlang-docker-b@"):
            self.failed.append(reply)


@asynccontextmanager
async def load(http: str, ws: str) -> AsyncIterator[Load]:
    """100 `rpc` a second on sockets that reconnect, and 100 `POST /node` a second on new connections."""
    seen = Load()
    done = asyncio.Event()
    users = [asyncio.create_task(_user(ws, seen, done)) for _ in range(SOCKETS)]
    users.append(asyncio.create_task(_picker(http, seen, done)))
    try:
        yield seen
    finally:
        done.set()
        await asyncio.gather(*users)


async def _user(ws: str, seen: Load, done: asyncio.Event) -> None:
    async with aiohttp.ClientSession() as session:
        while not done.is_set():
            try:
                async with session.ws_connect(f"http://{ws}/websocket") as socket:
                    await _talk(socket, seen, done)
            except aiohttp.WSServerHandshakeError:  # a stopping node takes no new sockets
                await asyncio.sleep(INTERVAL)


async def _talk(socket: aiohttp.ClientWebSocketResponse, seen: Load, done: asyncio.Event) -> None:
    while not done.is_set():
        start = time.perf_counter()
        await socket.send_str("rpc erlang:node()")
        message = await socket.receive(timeout=10)
        if message.type is not aiohttp.WSMsgType.TEXT:
            seen.closes[f"{message.data} {message.extra}"] += 1
            seen.sent_again += 1
            return
        seen.called(time.perf_counter() - start, message.data)
        try:
            async with asyncio.timeout(INTERVAL):
                message = await socket.receive()
        except TimeoutError:
            continue
        seen.closes[f"{message.data} {message.extra}"] += 1
        return


async def _picker(http: str, seen: Load, done: asyncio.Event) -> None:
    connector = aiohttp.TCPConnector(force_close=True, limit=0)
    async with aiohttp.ClientSession(connector=connector, timeout=ANSWER) as session, asyncio.TaskGroup() as picks:
        while not done.is_set():
            picks.create_task(_pick(session, http, seen))
            await asyncio.sleep(PICK_INTERVAL)


async def _pick(session: aiohttp.ClientSession, http: str, seen: Load) -> None:
    seen.picks += 1
    try:
        async with session.post(f"http://{http}/node", data=b"{}") as answer:
            if answer.status != 200:
                seen.failed.append(f"/node: {answer.status} {await answer.text()}")
    except (aiohttp.ClientError, TimeoutError) as error:
        seen.failed.append(f"/node: {error!r}")
