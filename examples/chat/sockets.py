"""What nodes of kind a have beside their own ports: the page, and a WebSocket for each browser."""

import asyncio
import json
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

from aiohttp import WSCloseCode, web

from chat.rooms import Message
from erlang_docker import CallError, Context, Failure

PAGE = Path(__file__).parent / "page.html"
ROOM = r"/rooms/{room:[a-z0-9-]{1,40}}/{after:[0-9]{1,15}}"
MAX_FRAME_BYTES = 32_768
PAUSE_SECONDS = 1.0
"""Before a room whose node is away is asked again."""


class Sockets:
    """Each socket follows one room by itself: it knows the last number that it was sent, and asks for what is after it.

    Nothing is lost so: a read may be repeated, by the product too, and what came while nobody asked is still there.
    """

    def __init__(self, new_context: Callable[[], Context], nodes: int) -> None:
        """`nodes`: how many nodes of kind b have rooms."""
        self._new_context = new_context
        self._nodes = nodes
        self._open: set[web.WebSocketResponse] = set()

    async def page(self, request: web.Request) -> web.FileResponse:
        """`GET /`"""
        return web.FileResponse(PAGE)

    async def enter(self, request: web.Request) -> web.WebSocketResponse:
        """`GET /rooms/lobby/0`: a browser that has what is in this room up to that number."""
        room, after = request.match_info["room"], int(request.match_info["after"])
        socket = web.WebSocketResponse(timeout=1, heartbeat=20, max_msg_size=MAX_FRAME_BYTES)
        await socket.prepare(request)
        self._open.add(socket)
        try:
            async with asyncio.TaskGroup() as both:
                telling = both.create_task(self._tell(socket, room, after))
                code = await self._listen(socket, room)
                telling.cancel()
            await socket.close(code=code)
        finally:
            self._open.discard(socket)
        return socket

    async def close(self, app: web.Application) -> None:
        """Send the browsers to other nodes."""
        await asyncio.gather(*(socket.close(code=WSCloseCode.GOING_AWAY) for socket in list(self._open)))

    async def _listen(self, socket: web.WebSocketResponse, room: str) -> WSCloseCode:
        """Post what the browser says, in its order, until it leaves or something is wrong: then what."""
        async for frame in socket:
            try:
                said = json.loads(frame.data)
                await self._ask(room, "room:post", said["author"], said["text"], said["key"])
            except (ValueError, TypeError, LookupError):
                return WSCloseCode.POLICY_VIOLATION
            except (CallError, Failure) as error:
                # Perhaps posted; the page comes back with it, under the same key.
                wrong = isinstance(error, Failure) and error.reason == "badarg"
                return WSCloseCode.POLICY_VIOLATION if wrong else WSCloseCode.TRY_AGAIN_LATER
        return WSCloseCode.OK

    async def _tell(self, socket: web.WebSocketResponse, room: str, after: int) -> None:
        """Send it what is in the room, until it has left."""
        with suppress(ConnectionError):
            while not socket.closed:
                try:
                    messages = await self._ask(room, "room:read", after, returns=list[Message])
                except (CallError, Failure):
                    await asyncio.sleep(PAUSE_SECONDS)
                    continue
                for after, author, text, key in messages:
                    await socket.send_json({"number": after, "author": author, "text": text, "key": key})

    def _ask(self, room: str, function: str, *args: Any, returns: Any = None) -> Awaitable[Any]:
        """The one node that has the room: of all names the one that ranks first for it (rendezvous hashing)."""
        context = self._new_context()
        names = [context.node.name.numbered("b", number) for number in range(self._nodes)]
        owner = max(names, key=lambda name: sha256(f"{name} {room}".encode()).digest())
        return context.call(owner, function, room, *args, returns=returns)


@asynccontextmanager
async def lifespan(new_context: Callable[[], Context]) -> AsyncIterator[None]:
    """Serve from before the node is ready until after its last call."""
    sockets = Sockets(new_context, int(os.environ.get("CHAT_NODES", "3")))
    app = web.Application()
    app.add_routes([web.get("/", sockets.page), web.get(ROOM, sockets.enter)])
    app.on_shutdown.append(sockets.close)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=2)
    await runner.setup()
    try:
        # None is all addresses; "::", which a node with two families has, would be those of IPv6 alone here.
        host = os.environ.get("LISTEN_ADDRESS", "").removeprefix("::") or None
        await web.TCPSite(runner, host, int(os.environ.get("APP_PORT", "8000"))).start()
        yield
    finally:
        await runner.cleanup()
