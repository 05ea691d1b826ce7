"""The page and its WebSocket on 9090: each text frame is a command, each reply a text frame, in order."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import WSCloseCode, WSMsgType, web
from aiohttp.typedefs import Handler, Middleware
from google.protobuf.json_format import MessageToJson

from erlang_docker.console import MAX_COMMAND_BYTES, Console
from erlang_docker.functions.table import Export
from erlang_docker.identity import Identity, NodeState
from erlang_docker.metrics import Metrics
from erlang_docker.servers.function_list import list_functions

PAGE = Path(__file__).parent / "page"
MAX_SOCKETS = 200
HEARTBEAT_SECONDS = 20.0
IDLE_SECONDS = 600.0
CLOSE_SECONDS = 1.0
"""How long a closed socket's client may take to say goodbye too."""

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
        "frame-ancestors 'none'; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}


def page_app(
    identity: Identity, console: Console, table: Iterable[Export], metrics: Metrics, guard: Middleware
) -> web.Application:
    """The page's files at `/`, the socket at `/websocket`, what the page lists at `/functions`."""
    sockets = _SocketServer(identity, console, metrics)
    app = web.Application(middlewares=[guard])
    app.add_routes([web.get("/websocket", sockets.open), web.get("/functions", _functions(table))])
    app.add_routes([web.get("/", _file("index.html"))])
    app.add_routes(web.get(f"/{path.name}", _file(path.name)) for path in PAGE.iterdir())
    app.on_shutdown.append(sockets.close_all)
    return app


class _SocketServer:
    def __init__(self, identity: Identity, console: Console, metrics: Metrics) -> None:
        self._identity = identity
        self._console = console
        self._metrics = metrics
        self._sockets: dict[web.WebSocketResponse, asyncio.Lock] = {}

    async def open(self, request: web.Request) -> web.StreamResponse:
        if self._identity.state is not NodeState.READY or len(self._sockets) >= MAX_SOCKETS:
            raise web.HTTPServiceUnavailable(text="this node takes no new sockets now")
        socket = web.WebSocketResponse(
            heartbeat=HEARTBEAT_SECONDS,
            receive_timeout=IDLE_SECONDS,
            timeout=CLOSE_SECONDS,
            # aiohttp refuses what reaches its limit, and 64 KiB are to be taken.
            max_msg_size=MAX_COMMAND_BYTES + 1,
            compress=False,
        )
        await socket.prepare(request)
        self._sockets[socket] = asyncio.Lock()
        try:
            with self._metrics.sockets.track_inprogress():
                await self._talk(socket, self._sockets[socket])
        finally:
            del self._sockets[socket]
        return socket

    async def _talk(self, socket: web.WebSocketResponse, running: asyncio.Lock) -> None:
        """One command at a time, as the original: a socket that sends faster is not read, and TCP pushes back."""
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    async with running:
                        await socket.send_str((await self._console.run(message.data)).text)
        except TimeoutError:
            await socket.close(code=WSCloseCode.GOING_AWAY, message=b"idle")
        except ConnectionError:
            return

    async def close_all(self, app: web.Application) -> None:
        """Close every socket, each after its running command."""
        await asyncio.gather(*(_close(socket, running) for socket, running in self._sockets.items()))


async def _close(socket: web.WebSocketResponse, running: asyncio.Lock) -> None:
    async with running:
        await socket.close(code=WSCloseCode.GOING_AWAY, message=b"the node is stopping")


def _file(name: str) -> Handler:
    async def handler(request: web.Request) -> web.FileResponse:
        return web.FileResponse(PAGE / name, headers=_HEADERS)

    return handler


def _functions(table: Iterable[Export]) -> Handler:
    text = MessageToJson(list_functions(table), always_print_fields_with_no_presence=True, indent=None)

    async def handler(request: web.Request) -> web.Response:
        return web.Response(text=text, content_type="application/json", headers=_HEADERS)

    return handler


@asynccontextmanager
async def serve_app(app: web.Application, host: str, port: int) -> AsyncIterator[int]:
    """Listen until the context ends; gives the port."""
    runner = web.AppRunner(app, handle_signals=False, access_log=None, shutdown_timeout=CLOSE_SECONDS)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()
