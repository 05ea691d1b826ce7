"""The page on 9090: its files and its WebSocket."""

import gzip
import mimetypes
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

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
    "Vary": "Accept-Encoding",
}


class _File(NamedTuple):
    body: bytes
    compressed: bytes
    tag: str
    content_type: str


def page_app(sockets: SocketServer, guard: Middleware) -> web.Application:
    """The page's files at `/` and the socket at `/websocket`."""
    app = web.Application(middlewares=[guard])
    app.add_routes([web.get("/websocket", sockets.serve), web.get("/", _serve(PAGE / "index.html"))])
    app.add_routes(web.get(f"/{path.name}", _serve(path)) for path in PAGE.iterdir())
    app.on_shutdown.append(sockets.close_all)
    return app


def _serve(path: Path) -> Handler:
    """Read and compressed at its first request, and kept: the files of a release never change."""
    read = cache(_read)

    async def handler(request: web.Request) -> web.Response:
        file = read(path)
        headers = {**_HEADERS, "ETag": file.tag}
        if request.headers.get("If-None-Match") == file.tag:
            return web.Response(status=304, headers=headers)
        if "gzip" not in request.headers.get("Accept-Encoding", ""):
            return web.Response(body=file.body, content_type=file.content_type, charset="utf-8", headers=headers)
        headers["Content-Encoding"] = "gzip"
        return web.Response(body=file.compressed, content_type=file.content_type, charset="utf-8", headers=headers)

    return handler


def _read(path: Path) -> _File:
    body = path.read_bytes()
    content_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return _File(body, gzip.compress(body, 9, mtime=0), f'"{blake2b(body, digest_size=8).hexdigest()}"', content_type)
