"""Calls from outside, as browsers and curl make them, while something is done to the cluster."""

import asyncio
import itertools
import time
from collections import Counter
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp

from e2e.kubernetes import Doors

SOCKETS = 20
INTERVAL = 0.2
"""Between two commands on one socket, in seconds: 100 calls a second in all."""
PICK_INTERVAL = 0.01
ANSWER = aiohttp.ClientTimeout(total=10)
CONNECT_SECONDS = 30.0


@dataclass(slots=True)
class Load:
    """What came back; seconds and moments are of `time.monotonic`."""

    only: Collection[str] = ()
    """The nodes whose sockets are used; all when empty."""
    calls: int = 0
    picks: int = 0
    failed: list[str] = field(default_factory=list)
    """What callers were told instead of a value."""
    failed_seconds: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    """Values that are not what was asked for."""
    closes: Counter[str] = field(default_factory=Counter)
    """Close code and reason of sockets."""
    sent_again: int = 0
    """Commands that met the close of their socket; what ran is answered before a close, so these had not run."""
    seconds: list[float] = field(default_factory=list)
    """How long each call that was answered with a value took."""
    answered: dict[str, list[float]] = field(default_factory=dict)
    """When each node of kind b said its name."""
    sockets: int = 0

    @property
    def slowest(self) -> float:
        return max(self.seconds, default=0.0)

    def first_answer(self, node: str, since: float) -> float | None:
        """When a node was first reached after a moment, if it was."""
        return next((moment for moment in self.answered.get(node, ()) if moment > since), None)

    def called(self, seconds: float, reply: str, expected: str | None) -> None:
        """Count a reply; without an expected one it is to be the name of a node of kind b."""
        self.calls += 1
        if reply.startswith(("{badrpc,", "{error,")):
            self.failed.append(reply)
            self.failed_seconds.append(seconds)
            return
        self.seconds.append(seconds)
        if expected is None and reply.startswith("'erlang-docker-b@"):
            self.answered.setdefault(reply.strip("'"), []).append(time.monotonic())
        elif reply != expected:
            self.wrong.append(reply)

    def __str__(self) -> str:
        slow = sum(seconds > 1 for seconds in self.seconds)
        tail = sorted(self.seconds)[int(len(self.seconds) * 0.99)] if self.seconds else 0.0
        said = f"{self.calls:,} rpc, {len(self.failed)} failed, {len(self.wrong)} wrong"
        return f"{said}; p99 {tail:.2f} s, slowest {self.slowest:.2f} s, {slow} over 1 s"


@asynccontextmanager
async def load(doors: Doors, only: Collection[str] = ()) -> AsyncIterator[Load]:
    """100 `rpc` a second on sockets that reconnect, and 100 `POST /node` a second on new connections.

    `only` says which nodes' sockets are used; then nothing is picked, as the cluster would pick others too.
    """
    seen = Load(only)
    done = asyncio.Event()
    users = [asyncio.create_task(_user(doors.ws, seen, done)) for _ in range(SOCKETS)]
    if not only:
        users.append(asyncio.create_task(_picker(doors.http, seen, done)))
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            while seen.sockets < SOCKETS and not any(user.done() for user in users):
                await asyncio.sleep(0.05)
        yield seen
    finally:
        done.set()
        await asyncio.gather(*users)


async def _user(ws: str, seen: Load, done: asyncio.Event) -> None:
    async with aiohttp.ClientSession() as session:
        while not done.is_set():
            try:
                async with session.ws_connect(f"http://{ws}/websocket") as socket:
                    if not seen.only or await _node(socket) in seen.only:
                        await _talk(socket, seen, done)
            except aiohttp.WSServerHandshakeError:  # a stopping node takes no new sockets
                await asyncio.sleep(INTERVAL)


async def _node(socket: aiohttp.ClientWebSocketResponse) -> str:
    await socket.send_str("node")
    return await socket.receive_str(timeout=10)


async def _talk(socket: aiohttp.ClientWebSocketResponse, seen: Load, done: asyncio.Event) -> None:
    seen.sockets += 1
    try:
        for number in itertools.count():
            if done.is_set() or not await _turn(socket, seen, number):
                return
    finally:
        seen.sockets -= 1


async def _turn(socket: aiohttp.ClientWebSocketResponse, seen: Load, number: int) -> bool:
    """One command and a pause; False when the socket was closed."""
    start = time.perf_counter()
    command, expected = ("rpc erlang:node()", None) if number % 2 else (f"rpc erlang:abs(-{number})", str(number))
    await socket.send_str(command)
    message = await socket.receive(timeout=10)
    if message.type is not aiohttp.WSMsgType.TEXT:
        seen.closes[f"{message.data} {message.extra}"] += 1
        seen.sent_again += 1
        return False
    seen.called(time.perf_counter() - start, message.data, expected)
    try:
        async with asyncio.timeout(INTERVAL):
            message = await socket.receive()
    except TimeoutError:
        return True
    seen.closes[f"{message.data} {message.extra}"] += 1
    return False


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
