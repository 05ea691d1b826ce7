"""How one node is, asked again and again."""

import asyncio
from collections.abc import Callable

import grpc
from grpc import aio

from erlang_docker.cluster.directory import Directory
from erlang_docker.cluster.status import duration, set_rates, unknown
from erlang_docker.credentials import TLS
from erlang_docker.errors import NotSent
from erlang_docker.link.channel import connect
from erlang_docker.names import NodeName
from erlang_docker.settings import Address
from erlang_docker.v1 import node_pb2, node_pb2_grpc

ASK_SECONDS = 1.0
"""Between two questions."""
ANSWER_SECONDS = 0.75
"""For an answer. A question is asked twice: with that, and a look at the port, a node that stops to answer is seen as
what it is within 3 s, while one late answer says nothing."""
KNOCK_SECONDS = 0.3
_SILENT = (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED, grpc.StatusCode.CANCELLED)


class Probe:
    """Of one node. `status` is what it last said, with the state that it is found in."""

    def __init__(self, node: NodeName, directory: Directory, tls: TLS | None, changed: Callable[[], None]) -> None:
        self.status = unknown(node)
        self._node = node
        self._directory = directory
        self._tls = tls
        self._changed = changed
        self._loop = asyncio.get_running_loop()
        self._heard = self._loop.time()
        self._address: Address | None = None
        self._channel: aio.Channel | None = None

    async def run(self) -> None:
        """Until it is cancelled."""
        try:
            while True:
                next_time = self._loop.time() + ASK_SECONDS
                await self._look()
                await asyncio.sleep(max(0.0, next_time - self._loop.time()))
        finally:
            await self._disconnect()

    async def _look(self) -> None:
        for _ in range(2):
            try:
                self._answered(await self._ask())
                return
            except NotSent:
                await self._disconnect()
        self._silent(node_pb2.NODE_STATE_FROZEN if await self._is_open() else node_pb2.NODE_STATE_GONE)

    async def _ask(self) -> node_pb2.NodeStatus:
        """What it says, NotSent where there is no answer."""
        if self._channel is None:
            self._address = await self._directory.address(self._node)
            self._channel = await connect(self._address, self._node.host, self._tls)
        nodes = node_pb2_grpc.NodeServiceStub(self._channel)
        try:
            response = await nodes.GetStatus(node_pb2.GetStatusRequest(), timeout=ANSWER_SECONDS)
        except aio.AioRpcError as error:
            if error.code() in _SILENT:
                raise NotSent(f"{self._node}: {error.details()}") from error
            return unknown(self._node)  # it answers, but not that
        if response.status.name != str(self._node):
            raise NotSent(f"{response.status.name} answers for {self._node}")
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
        """Seconds since it last answered, or since it is asked."""
        return self._loop.time() - self._heard

    async def _disconnect(self) -> None:
        channel, self._channel = self._channel, None
        if channel is not None:
            await channel.close()
