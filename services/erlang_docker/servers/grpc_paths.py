"""grpcio's asyncio server, that no path of a call ends.

grpcio decodes the path of a call that is for none of its registered methods in the loop in which it takes calls. One
that is not UTF-8 ends that loop: the port closes for ever, and gRPC's core goes on to write where the calls it was
asked for would have been, which Python has freed; the process may crash (grpcio 1.85). All methods here are registered.
So what comes besides is for none of them, and is told so without a look at its path.
"""

import asyncio
from typing import Any, NoReturn

from grpc import aio
from grpc._cython import cygrpc


def make_server(**arguments: Any) -> aio.Server:
    """As `grpc.aio.server`, which names the class of its core where no argument can."""
    original = cygrpc.AioServer
    cygrpc.AioServer = _Core
    try:
        return aio.server(**arguments)
    finally:
        cygrpc.AioServer = original


class _Core(cygrpc.AioServer):  # type: ignore[misc]
    """What is overridden is private to grpcio: should that change, a path ends the server again, and a test fails."""

    def _make_request_call_future(self, method: bytes | None) -> "asyncio.Future[Any]":
        """The next call of a registered method; of all others, whose method is None, never one."""
        if method is not None:
            return super()._make_request_call_future(method)  # type: ignore[no-any-return]
        return asyncio.ensure_future(self._refuse_all())

    async def _refuse_all(self) -> NoReturn:
        loop, nothing = asyncio.get_running_loop(), cygrpc._MethodResolver([], {})
        refusing = set()
        while True:
            call = await self._request_call()
            answer = cygrpc._handle_rpc("", nothing, (), call, loop, False)
            task = loop.create_task(cygrpc._schedule_rpc_coro(answer, call, loop, ""))
            refusing.add(task)
            task.add_done_callback(refusing.discard)
