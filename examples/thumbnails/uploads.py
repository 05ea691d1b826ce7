"""What nodes of kind a have beside their own ports: an HTTP server that answers a picture with its thumbnail."""

import os
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from aiohttp import web

from erlang_docker import CallError, Context, Failure

MAX_BYTES = (1 << 20) - 1024
"""Of a picture: a call has at most 1 MiB, with its name and what is around its arguments."""
STATUS = {"badarg": 400, "system_limit": 413, "not_a_picture": 415}
"""Why a thumbnail was not made, as HTTP says it; anything else is a bug, 500."""


class Uploads:
    """Has each picture made small by whichever node of kind b the cluster picks."""

    def __init__(self, new_context: Callable[[], Context]) -> None:
        self._new_context = new_context

    async def answer(self, request: web.Request) -> web.Response:
        """`POST /?size=128` with the picture as its body."""
        size = request.query.get("size", "128")
        if not re.fullmatch("[0-9]{1,4}", size):
            raise web.HTTPBadRequest(text="size is a number of pixels\n")
        picture = await request.read()  # 413 for one beyond MAX_BYTES
        try:
            thumbnail = await self._new_context().rpc("thumbnails:make", picture, int(size), returns=bytes)
        except Failure as failure:
            return _refusal(failure)
        except (
            CallError
        ) as error:  # no node, or none with a free process; nothing was changed, so it may be asked again
            raise web.HTTPServiceUnavailable(text=f"{error.reason}\n", headers={"Retry-After": "1"}) from error
        return web.Response(body=thumbnail, content_type="image/webp")


def _refusal(failure: Failure) -> web.Response:
    if failure.reason not in STATUS:
        raise failure
    return web.Response(status=STATUS[failure.reason], text=f"{failure.reason}\n")


@asynccontextmanager
async def lifespan(new_context: Callable[[], Context]) -> AsyncIterator[None]:
    """Serve from before the node is ready until after its last call."""
    app = web.Application(client_max_size=MAX_BYTES)
    app.add_routes([web.post("/", Uploads(new_context).answer)])
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=2)
    await runner.setup()
    try:
        # None is all addresses; "::", which a node with two families has, would be those of IPv6 alone here.
        host = os.environ.get("LISTEN_ADDRESS", "").removeprefix("::") or None
        await web.TCPSite(runner, host, int(os.environ.get("APP_PORT", "8000"))).start()
        yield
    finally:
        await runner.cleanup()
