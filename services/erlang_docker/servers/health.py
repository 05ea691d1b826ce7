"""grpc.health.v1 for the whole server and each service, as the node's state says.

Not that of grpcio-health-checking: there a watcher that does not read holds the lock that every change of state needs,
and so keeps a node from stopping.
"""

import asyncio
from collections.abc import Iterable
from typing import Any

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

from erlang_docker.identity import NodeState
from erlang_docker.rpc_status import ServicerContext
from erlang_docker.servers.streams import StreamLimit

_Status = health_pb2.HealthCheckResponse


class Health(health_pb2_grpc.HealthServicer):  # type: ignore[misc]
    """SERVING while the node is ready, else NOT_SERVING."""

    def __init__(self, services: Iterable[str], streams: StreamLimit) -> None:
        self._services = frozenset(services)
        self._streams = streams
        self._serving = _Status.NOT_SERVING
        self._changed = asyncio.Event()

    def set_state(self, state: NodeState) -> None:
        """Watchers that wait are told; one that is still writing looks when it has written."""
        self._serving = _Status.SERVING if state is NodeState.READY else _Status.NOT_SERVING
        self._changed.set()
        self._changed = asyncio.Event()

    async def Check(self, request: health_pb2.HealthCheckRequest, context: ServicerContext) -> Any:  # noqa: N802
        """The state now."""
        if request.service not in self._services:
            await context.abort(grpc.StatusCode.NOT_FOUND, "")
        return _Status(status=self._serving)

    async def Watch(self, request: health_pb2.HealthCheckRequest, context: ServicerContext) -> None:  # noqa: N802
        """The state now, and whenever it changes."""
        known = request.service in self._services
        last = None
        async with self._streams.hold(context):
            while True:
                # The event is taken in the step in which the state is looked at, so that no change falls in between.
                status, changed = self._serving if known else _Status.SERVICE_UNKNOWN, self._changed
                if status != last:
                    await context.write(_Status(status=status))
                    last = status
                await changed.wait()
