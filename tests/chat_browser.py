"""A browser in the chat, as its page is one: it comes back with what it has not heard, and says it again."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from itertools import cycle

import aiohttp

PAUSE_SECONDS = 0.2


class Browser:
    """Somebody in a room, at one node after another."""

    def __init__(self, session: aiohttp.ClientSession, nodes: Sequence[str], room: str, author: str) -> None:
        self.heard: list[tuple[str, str]] = []
        """Who said what, in the order in which it came."""
        self._session = session
        self._nodes = nodes
        self._room = room
        self._author = author
        self._last = 0
        self._said = 0
        self._unconfirmed: dict[str, dict[str, str]] = {}
        self._socket: aiohttp.ClientWebSocketResponse | None = None

    async def stay(self) -> None:
        """Until it is cancelled."""
        for node in cycle(self._nodes):
            with suppress(aiohttp.ClientError, ConnectionError, TimeoutError):
                async with self._session.ws_connect(f"{node}/rooms/{self._room}/{self._last}") as socket:
                    await self._say_again(socket)
                    async for frame in socket:
                        self._hear(frame.json())
            self._socket = None
            await asyncio.sleep(PAUSE_SECONDS)

    async def say(self, text: str) -> None:
        """Now, and if need be again."""
        self._said += 1
        key = f"{self._author}-{self._said}"
        said = self._unconfirmed[key] = {"author": self._author, "text": text, "key": key}
        if self._socket is not None:
            with suppress(ConnectionError):
                await self._socket.send_json(said)

    async def hears(self, count: int) -> None:
        """Returns when it has heard so much."""
        while len(self.heard) < count:
            await asyncio.sleep(0.02)

    async def _say_again(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        # What is said meanwhile comes behind it, so that all is said in its order.
        again = set[str]()
        while waiting := [key for key in self._unconfirmed if key not in again]:
            again.add(waiting[0])
            await socket.send_json(self._unconfirmed[waiting[0]])
        self._socket = socket

    def _hear(self, message: dict[str, str]) -> None:
        self._last = int(message["number"])
        self._unconfirmed.pop(message["key"], None)
        self.heard.append((message["author"], message["text"]))


@asynccontextmanager
async def browsers(nodes: Sequence[str], room: str, *authors: str) -> AsyncIterator[list[Browser]]:
    """One for each author; the first is at the first node first, the second at the second."""
    async with aiohttp.ClientSession() as session:
        there = [
            Browser(session, [*nodes[at % len(nodes) :], *nodes[: at % len(nodes)]], room, author)
            for at, author in enumerate(authors)
        ]
        staying = [asyncio.create_task(browser.stay()) for browser in there]
        try:
            yield there
        finally:
            for task in staying:
                task.cancel()
            await asyncio.gather(*staying, return_exceptions=True)


async def all_say(there: Sequence[Browser], *texts: str) -> None:
    """Each of them each of it, all at the same time."""

    async def says(browser: Browser) -> None:
        for text in texts:
            await browser.say(text)
            await asyncio.sleep(0.01)

    await asyncio.gather(*map(says, there))


async def agree(there: Sequence[Browser], *texts: str) -> None:
    """All hear all of it that each of them has said, each once, in one order in which everybody's own is kept."""
    await asyncio.gather(*(browser.hears(len(there) * len(texts)) for browser in there))
    first = there[0].heard
    for browser in there:
        assert browser.heard == first
    for author in {author for author, _ in first}:
        assert [text for who, text in first if who == author] == list(texts)
