"""How one node is: what it says, and what it means when it says nothing."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing, suppress

import grpc
from grpc import aio

from erlang_docker.addresses import Address
from erlang_docker.cluster.directory import Directory
from erlang_docker.cluster.status import STATUS_SECONDS, duration, set_rates, unknown
from erlang_docker.errors import NotSent
from erlang_docker.link.dialer import Dialer
from erlang_docker.names import NodeName
from erlang_docker.v1 import node_pb2, node_pb2_grpc

FIRST_SECONDS = 0.75
"""For what a node says first."""
SILENT_SECONDS = STATUS_SECONDS + 0.75
"""After so long a silence the node is asked anew, by a connection of its own. With that, and a look at the port, a node
that stops to answer is seen as what it is within 3 s, while one late word says nothing."""
RETRY_SECONDS = 1.0
"""Between two tries to reach a node that does not answer."""
KNOCK_SECONDS = 0.3
_SILENT = (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED, grpc.StatusCode.CANCELLED)


class Probe:
    """Of one node. `status` is what it last said, with the state that it is found in."""

    def __init__(self, node: NodeName, directory: Directory, dialer: Dialer, changed: Callable[[], None]) -> None:
        self.status = unknown(node)
        self._node = node
        self._directory = directory
        self._dialer = dialer
        self._changed = changed
        self._loop = asyncio.get_running_loop()
        self._heard = self._loop.time()
        self._address: Address | None = None

    async def run(self) -> None:
        """Until it is cancelled."""
        doubts = 0
        while True:
            try:
                async with aclosing(self._statuses()) as statuses:
                    async for status in statuses:
                        doubts = 0
                        self._answered(status)
            except NotSent:
                doubts += 1
            if doubts > 1:
                self._silent(node_pb2.NODE_STATE_FROZEN if await self._is_open() else node_pb2.NODE_STATE_GONE)
                await asyncio.sleep(RETRY_SECONDS)

    async def _statuses(self) -> AsyncGenerator[node_pb2.NodeStatus, None]:
        """What it says; NotSent when it does not, or no more."""
        channel = await self._connect()
        try:
            stream = node_pb2_grpc.NodeServiceStub(channel).WatchStatus(node_pb2.WatchStatusRequest())
            yield await self._next(stream, FIRST_SECONDS)
            while True:
                yield await self._next(stream, SILENT_SECONDS)
        except aio.AioRpcError as error:
            if error.code() in _SILENT:
                raise NotSent(f"{self._node}: {error.details()}") from error
            yield unknown(self._node)  # it answers, but not that
            await asyncio.sleep(RETRY_SECONDS)
        finally:
            await channel.close()

    async def _connect(self) -> aio.Channel:
        """To the first endpoint that leads there."""
        self._address = None
        for endpoint in await self._directory.endpoints(self._node):
            self._address = endpoint.address
            with suppress(NotSent):
                return await self._dialer.connect(self._node, endpoint)
        raise NotSent(f"no connection to {self._node}")

    async def _next(self, stream: aio.UnaryStreamCall, seconds: float) -> node_pb2.NodeStatus:
        try:
            async with asyncio.timeout(seconds):
                response = await stream.read()
        except TimeoutError as error:
            raise NotSent(f"{self._node} is silent") from error
        if response is aio.EOF or response.status.name != str(self._node):
            raise NotSent(f"{self._node} says no more")
        status: node_pb2.NodeStatus = response.status
        return status

    async def _is_open(self) -> bool:
        """Whether its machine takes connections: the kernel does so also for a process that stands still."""
        if self._address is None:
            return False
        try:
            async with asyncio.timeout(KNOCK_SECONDS):
                _, writer = await asyncio.open_connection(self._address.host, self._address.port)
        except (OSError, TimeoutError):
            return False
        writer.close()
        return True

    def _answered(self, status: node_pb2.NodeStatus) -> None:
        self._heard = self._loop.time()
        before, self.status = self.status, status
        set_rates(status, before)
        status.address = str(self._address)
        if (status.state, status.boot_id) != (before.state, before.boot_id):
            self._changed()

    def _silent(self, state: node_pb2.NodeState) -> None:
        status, before = self.status, self.status.state
        status.state = state
        status.silence.CopyFrom(duration(self.silence))
        status.calls_made_per_second = status.calls_served_per_second = 0
        if state != before:
            self._changed()

    @property
    def silence(self) -> float:
        """Seconds since it last said something, or since it was first asked."""
        return self._loop.time() - self._heard
