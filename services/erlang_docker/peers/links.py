"""The links of this node: one for each node it has called, replaced when the node behind the name is a new one."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from types import TracebackType
from typing import Self

from erlang_docker.credentials import TLS
from erlang_docker.errors import NotSent
from erlang_docker.link.cookie import Cookie
from erlang_docker.link.link import Link
from erlang_docker.metrics import Metrics
from erlang_docker.names import NodeName
from erlang_docker.peers.pick import Pick, Picker
from erlang_docker.peers.resolve import resolve
from erlang_docker.settings import Address

SEARCH_PICKS = 30
"""With three nodes of a kind, each pick random, one is missed by all of 30 picks in 1 of 200,000 searches."""


class Links:
    """An async context manager; on its way out it ends every link."""

    def __init__(
        self, caller: NodeName, cookie: Cookie, tls: TLS | None, picker: Picker, grpc_port: int, metrics: Metrics
    ) -> None:
        self._caller = caller
        self._cookie = cookie
        self._tls = tls
        self._picker = picker
        self._grpc_port = grpc_port
        self._metrics = metrics
        self._links: dict[NodeName, Link] = {}
        self._dials: dict[tuple[NodeName, str], asyncio.Task[Link]] = {}
        self._serving: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        tasks = [*self._dials.values(), *self._serving]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def __iter__(self) -> Iterator[Link]:
        """The links that are open."""
        return (link for link in self._links.values() if not link.lost)

    async def to_pick(self, pick: Pick) -> Link:
        """The link to exactly the boot that was picked; NotSent when it cannot be had.

        The address in the pick is dialled and not the name: it comes from the node itself, just now, so where the two
        differ it is the name that is stale.
        """
        link = self._links.get(pick.node)
        if link is not None and link.boot_id == pick.boot_id and not link.lost:
            return link
        return await self._once(pick.node, pick.boot_id, lambda: self._dial(pick.node, pick.boot_id, pick.address))

    async def to_node(self, node: NodeName) -> Link:
        """The link to a node known by name only; NotSent when it cannot be had."""
        link = self._links.get(node)
        if link is not None and not link.lost:
            return link
        return await self._once(node, "", lambda: self._find(node))

    async def _once(self, node: NodeName, boot_id: str, dial: Callable[[], Awaitable[Link]]) -> Link:
        """Callers that want the same link wait for one dial, whoever of them is cancelled."""
        key = (node, boot_id)
        task = self._dials.get(key)
        if task is None:
            task = self._dials[key] = asyncio.ensure_future(dial())
            task.add_done_callback(lambda done: self._dialled(key, done))
        return await asyncio.shield(task)

    def _dialled(self, key: tuple[NodeName, str], task: asyncio.Task[Link]) -> None:
        del self._dials[key]
        if not task.cancelled():
            task.exception()

    async def _find(self, node: NodeName) -> Link:
        """By its stable name; where that does not lead to it, its kind's service is asked until it answers itself."""
        try:
            return await self._dial(node, "", Address(node.host, self._grpc_port))
        except NotSent:
            pick = await self._search(node)
            return await self._dial(node, pick.boot_id, pick.address)

    async def _search(self, node: NodeName) -> Pick:
        for _ in range(SEARCH_PICKS):
            pick = await self._picker.pick(node.kind)
            if pick.node == node:
                return pick
        raise NotSent(f"{node} is not among its kind")

    async def _dial(self, node: NodeName, boot_id: str, address: Address) -> Link:
        resolved = Address((await resolve(address.host))[0], address.port)
        link = await Link.open(self._caller, node, boot_id, resolved, self._cookie, self._tls)
        replaced = self._links.get(node)
        if replaced is not None:
            replaced.retire()
        self._links[node] = link
        task = asyncio.create_task(self._serve(link))
        self._serving.add(task)
        task.add_done_callback(self._serving.discard)
        return link

    async def _serve(self, link: Link) -> None:
        with self._metrics.links.track_inprogress():
            await link.serve()
        if self._links.get(link.node) is link:
            del self._links[link.node]
