"""The admin port 8081, for the cluster and its monitoring; no NodePort shows it."""

from collections.abc import Callable

from aiohttp import web

from erlang_docker.faults.switches import Switches
from erlang_docker.identity import Identity, NodeState
from erlang_docker.metrics.node import Metrics
from erlang_docker.servers.fault_routes import add_fault_routes


def admin_app(
    identity: Identity, metrics: Metrics, progress: Callable[[], str], switches: Switches | None
) -> web.Application:
    """`/livez`: the event loop turns. `/readyz`: the store is open and the doors are bound. `/metrics`.

    `progress` says how far a long start is, or nothing. Without `switches` there is no `/faults`.
    """

    async def livez(request: web.Request) -> web.Response:
        return web.Response(text="ok")

    async def readyz(request: web.Request) -> web.Response:
        """A stopping node stays ready: where no other is, the balancer still sends it connections (KEP-1669)."""
        if identity.state is NodeState.STARTING:
            return web.Response(status=503, text=progress() or identity.state.value)
        return web.Response(text=identity.state.value)

    async def metrics_(request: web.Request) -> web.Response:
        body, content_type = metrics.render(request.headers.get("Accept", ""))
        return web.Response(body=body, headers={"Content-Type": content_type})

    app = web.Application()
    app.add_routes([web.get("/livez", livez), web.get("/readyz", readyz), web.get("/metrics", metrics_)])
    if switches is not None:
        add_fault_routes(app, switches)
    return app
