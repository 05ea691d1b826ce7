"""The page on 9090: its files and its WebSocket."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware
from google.protobuf.json_format import MessageToJson

from erlang_docker.functions.table import Export
from erlang_docker.servers.function_list import list_functions
from erlang_docker.servers.page_files import read_file
from erlang_docker.servers.page_login import PageLogin
from erlang_docker.servers.sockets import SocketServer

PAGE = Path(__file__).parent / "page"
FILES = ("index.html", "style.css", "page.js", "zh.js", "favicon.svg")

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
    "Vary": "Accept-Encoding",
}


def page_app(sockets: SocketServer, table: Iterable[Export], guard: Middleware, login: PageLogin) -> web.Application:
    """The page's files at `/`, the socket at `/websocket`, the login, and what can be called at `/functions`."""
    app = web.Application(middlewares=[guard])
    app.add_routes([web.get("/websocket", sockets.serve), web.get("/functions", _functions(table, login))])
    app.add_routes([web.get("/login", login.state), web.post("/login", login.begin), web.post("/logout", login.end)])
    app.add_routes([web.get("/", _serve(PAGE / "index.html"))])
    app.add_routes(web.get(f"/{name}", _serve(PAGE / name)) for name in FILES)
    app.on_shutdown.append(sockets.close_all)
    return app


def _serve(path: Path) -> Handler:
    """Read at its first request and kept: the files of a release never change."""
    read = cache(read_file)

    async def handler(request: web.Request) -> web.Response:
        file = read(path)
        headers = {**_HEADERS, "ETag": file.tag}
        if request.headers.get("If-None-Match") == file.tag:
            return web.Response(status=304, headers=headers)
        body = file.body
        if "gzip" in request.headers.get("Accept-Encoding", ""):
            body, headers["Content-Encoding"] = file.compressed, "gzip"
        return web.Response(body=body, content_type=file.content_type, charset="utf-8", headers=headers)

    return handler


def _functions(table: Iterable[Export], login: PageLogin) -> Handler:
    @cache
    def text() -> str:
        listed: str = MessageToJson(list_functions(table), always_print_fields_with_no_presence=True, indent=None)
        return listed

    async def handler(request: web.Request) -> web.Response:
        await login.role(request)
        return web.Response(text=text(), content_type="application/json", headers=_HEADERS)

    return handler
