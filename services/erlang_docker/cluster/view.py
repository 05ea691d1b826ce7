"""All nodes as this one sees them, for everybody who looks; it costs nothing while nobody does."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from functools import cached_property
from types import TracebackType
from typing import Self

from google.protobuf.json_format import MessageToJson

from erlang_docker.cluster.directory import Directory
from erlang_docker.cluster.probe import Probe
from erlang_docker.cluster.status import STATUS_SECONDS, set_rates
from erlang_docker.credentials import TLS
from erlang_docker.names import NodeName
from erlang_docker.v1 import node_pb2

TOGETHER_SECONDS = 0.05
"""What changes so close together is one snapshot."""
LOOK_SECONDS = 5.0
"""Between two looks for nodes that are new."""
LOST_SECONDS = 60.0
"""After so long a silence the last of a kind are forgotten."""


class Snapshot:
    """All nodes at one moment. Who looks shares it, and must not change it."""

    def __init__(self, response: node_pb2.WatchClusterResponse) -> None:
        self.response = response

    @cached_property
    def json(self) -> str:
        """In protobuf's JSON, made once for all sockets."""
        text: str = MessageToJson(self.response, indent=None)
        return text


class ClusterView:
    """An async context manager; on its way out it ends every watch.

    The nodes are asked by one poller, however many look. The first who looks starts it and the last one ends it, each
    in a step in which nothing is awaited, so that there is never a second one, nor none for somebody who looks.
    """

    def __init__(
        self, own: Callable[[], node_pb2.NodeStatus], own_name: NodeName, directory: Directory, tls: TLS | None
    ) -> None:
        self._own = own
        self._own_name = own_name
        self._directory = directory
        self._tls = tls
        self._watchers = 0
        self._poller: asyncio.Task[None] | None = None
        self._closed = asyncio.Event()
        self._published: asyncio.Event = asyncio.Event()
        self._snapshot: Snapshot | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._closed.set()
        self._wake()
        await self._end()

    @asynccontextmanager
    async def watch(self) -> AsyncIterator[AsyncIterator[Snapshot]]:
        """Snapshots, until the node stops; who is slow gets the newest."""
        self._watchers += 1
        if (self._poller is None or self._poller.done()) and not self._closed.is_set():
            self._poller = asyncio.create_task(self._poll())
            self._poller.add_done_callback(lambda poller: self._wake())
        try:
            yield self._snapshots()
        finally:
            self._watchers -= 1
            if not self._watchers:
                await self._end()

    async def own(self) -> AsyncIterator[node_pb2.NodeStatus]:
        """What this node says of itself, until it stops."""
        while not self._closed.is_set():
            yield self._own()
            with suppress(TimeoutError):
                async with asyncio.timeout(STATUS_SECONDS):
                    await self._closed.wait()

    async def _snapshots(self) -> AsyncIterator[Snapshot]:
        seen = None
        while not self._closed.is_set():
            # The event is taken in the step in which the snapshot is looked at, so that none falls in between.
            published, snapshot = self._published, self._snapshot
            if snapshot is not None and snapshot is not seen:
                seen = snapshot
                yield snapshot
            elif self._poller is not None and self._poller.done():
                self._poller.result()  # a bug of ours: who looks is not left to wait
            else:
                await published.wait()

    async def _end(self) -> None:
        poller, self._poller, self._snapshot = self._poller, None, None
        if poller is not None:
            poller.cancel()
            await asyncio.gather(poller, return_exceptions=True)

    async def _poll(self) -> None:
        """Look for nodes, have each asked, and publish what they say."""
        changed, probes, tasks = asyncio.Event(), dict[NodeName, Probe](), dict[NodeName, asyncio.Task[None]]()
        async with asyncio.TaskGroup() as group:
            group.create_task(self._publish(probes, changed))
            while True:
                lost = {name for name, probe in probes.items() if probe.silence > LOST_SECONDS}
                names = await self._directory.names(lost) - {self._own_name}
                for name in lost - names:
                    tasks.pop(name).cancel()
                    del probes[name]
                for name in names - probes.keys():
                    probes[name] = Probe(name, self._directory, self._tls, changed.set)
                    tasks[name] = group.create_task(probes[name].run())
                await asyncio.sleep(LOOK_SECONDS)

    async def _publish(self, probes: dict[NodeName, Probe], changed: asyncio.Event) -> None:
        own = self._own()
        while True:
            statuses = [own, *(probe.status for probe in probes.values())]
            statuses.sort(key=_order)
            self._snapshot = Snapshot(node_pb2.WatchClusterResponse(nodes=statuses, seen_by=own.short_name))
            self._wake()
            changed.clear()
            try:
                async with asyncio.timeout(STATUS_SECONDS):
                    await changed.wait()
                    await asyncio.sleep(TOGETHER_SECONDS)
            except TimeoutError:
                before, own = own, self._own()
                set_rates(own, before)

    def _wake(self) -> None:
        self._published.set()
        self._published = asyncio.Event()


def _order(status: node_pb2.NodeStatus) -> tuple[int, int, str]:
    """Kind, number, name."""
    number = status.short_name.rpartition("-")[2]
    return (status.kind, int(number) if number.isdigit() else -1, status.name)
