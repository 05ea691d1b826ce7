"""The page on 9090: its files, its WebSocket, and what it lists."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware
from google.protobuf.json_format import MessageToJson

from erlang_docker.functions.table import Export
from erlang_docker.servers.function_list import list_functions
from erlang_docker.servers.page_login import PageLogin
from erlang_docker.servers.sockets import SocketServer

PAGE = Path(__file__).parent / "page"

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
        "frame-ancestors 'none'; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}


def page_app(sockets: SocketServer, table: Iterable[Export], guard: Middleware, login: PageLogin) -> web.Application:
    """The page's files at `/`, the socket at `/websocket`, what the page lists at `/functions`, and its login."""
    app = web.Application(middlewares=[guard])
    app.add_routes([web.get("/websocket", sockets.serve), web.get("/functions", _functions(table, login))])
    app.add_routes([web.get("/login", login.state), web.post("/login", login.begin), web.post("/logout", login.end)])
    app.add_routes([web.get("/", _file("index.html"))])
    app.add_routes(web.get(f"/{path.name}", _file(path.name)) for path in PAGE.iterdir())
    app.on_shutdown.append(sockets.close_all)
    return app


def _file(name: str) -> Handler:
    async def handler(request: web.Request) -> web.FileResponse:
        _check_dates(request)
        return web.FileResponse(PAGE / name, headers=_HEADERS)

    return handler


def _check_dates(request: web.Request) -> None:
    """400 for a year that no calendar has, which aiohttp would fail with while it answers."""
    try:
        _ = request.if_modified_since, request.if_unmodified_since, request.if_range
    except OverflowError as error:
        raise web.HTTPBadRequest(text="no date") from error


def _functions(table: Iterable[Export], login: PageLogin) -> Handler:
    @cache
    def text() -> str:
        listed: str = MessageToJson(list_functions(table), always_print_fields_with_no_presence=True, indent=None)
        return listed

    async def handler(request: web.Request) -> web.Response:
        await login.role(request)
        return web.Response(text=text(), content_type="application/json", headers=_HEADERS)

    return handler
