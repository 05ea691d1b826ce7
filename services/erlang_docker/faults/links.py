"""Links of other nodes that are dropped."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from erlang_docker.faults.switches import Switches
from erlang_docker.link.servicer import RpcServicer
from erlang_docker.rpc_status import ServicerContext, refuse
from erlang_docker.v1 import rpc_pb2
from erlang_docker.v1.error_pb2 import ERROR_REASON_FAULT_SWITCH

_WHY = "dropped by a fault switch"


class BreakableRpc(RpcServicer):
    """What runs for a link that is dropped is cancelled, as when the connection of its caller breaks."""

    def __init__(self, switches: Switches, *parts: Any) -> None:
        super().__init__(*parts)
        self._switches = switches
        self._serving: set[asyncio.Task[None]] = set()
        switches.watch("drop_links", self._drop)

    async def Link(self, requests: AsyncIterator[rpc_pb2.LinkRequest], context: ServicerContext) -> None:  # noqa: N802
        """Until the caller ends the stream, or the switch does."""
        if self._switches.value("drop_links"):
            await refuse(context, ERROR_REASON_FAULT_SWITCH, _WHY)
        # In a task of its own, which can be cancelled without the RPC, that is to end with a status.
        serving = asyncio.ensure_future(super().Link(requests, context))
        self._serving.add(serving)
        try:
            await serving
        except asyncio.CancelledError:
            own = asyncio.current_task()
            if own is not None and own.cancelling():  # by gRPC: the caller has gone
                raise
            await refuse(context, ERROR_REASON_FAULT_SWITCH, _WHY)
        finally:
            self._serving.discard(serving)

    def _drop(self) -> None:
        for serving in self._serving:
            serving.cancel()
