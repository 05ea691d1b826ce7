"""The links of this node: one for each node it has called, replaced when another boot of it is picked."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Iterator
from types import TracebackType
from typing import Self

from erlang_docker.errors import UnknownNode
from erlang_docker.link.link import Link
from erlang_docker.metrics.node import Metrics
from erlang_docker.names import NodeName
from erlang_docker.peers.answer import Pick
from erlang_docker.peers.finder import Finder, link_fields
from erlang_docker.v1 import node_pb2


class Links:
    """An async context manager; on its way out it ends every link.

    One link per node is safe without locks: `_links` and `_dials` change only between two awaits. Two dials to one
    node can run at once only for different boots of it (the key is name and boot), and then the later link replaces
    the earlier, which drains: what is on it is still answered.
    """

    def __init__(self, finder: Finder, domains: Collection[str], metrics: Metrics, log: logging.Logger) -> None:
        """`domains`: what the names of nodes end in that may be called by name."""
        self._finder = finder
        self._domains = domains
        self._metrics = metrics
        self._log = log
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

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __iter__(self) -> Iterator[Link]:
        """The links that are open."""
        return (link for link in self._links.values() if not link.closed)

    def standing(self, pick: Pick) -> Link | None:
        """The link to exactly the boot that was picked, if there is one."""
        # The boot counts, not the name: a link to the boot before leads nowhere, however open it looks.
        link = self._links.get(pick.node)
        return link if link is not None and link.boot_id == pick.boot_id and not link.closed else None

    async def to_pick(self, pick: Pick) -> Link:
        """The same, or a new one; NotSent when it cannot be had."""
        return self.standing(pick) or await self._once(pick.node, pick.boot_id, lambda: self._finder.by_pick(pick))

    async def to_node(self, node: NodeName) -> Link:
        """The link to a node known by name only; NotSent when it cannot be had.

        UnknownNode for a name outside of its cluster's domains, without a lookup: anybody may type any name.
        """
        if not any(node.is_in(domain) for domain in self._domains):
            raise UnknownNode(f"{node} is not in {', '.join(sorted(self._domains))}")
        link = self._links.get(node)
        if link is not None and not link.closed:
            return link
        return await self._once(node, "", lambda: self._finder.by_name(node))

    async def _once(self, node: NodeName, boot_id: str, find: Callable[[], Awaitable[Link]]) -> Link:
        """Callers that want the same link wait for one dial, whoever of them is cancelled."""
        key = (node, boot_id)
        task = self._dials.get(key)
        if task is None:
            task = self._dials[key] = asyncio.ensure_future(self._dial(find))
            task.add_done_callback(lambda done: self._dialed(key, done))
        # Shielded: a caller that gives up must not take the link from the others, nor from who comes next.
        return await asyncio.shield(task)

    async def _dial(self, find: Callable[[], Awaitable[Link]]) -> Link:
        return self._opened(await find())

    def _dialed(self, key: tuple[NodeName, str], task: asyncio.Task[Link]) -> None:
        del self._dials[key]
        if not task.cancelled():
            task.exception()  # every caller may have gone; then nobody else retrieves it

    def _opened(self, link: Link) -> Link:
        node, route = link.node, route_name(link.route)
        self._metrics.links_opened.labels(route).inc()
        fields = link_fields(node, link.boot_id, link.address, route=route, security=link.endpoint.security)
        self._log.info("link opened", extra=fields)
        replaced = self._links.get(node)
        if replaced is not None:
            self._log.info("link replaced", extra=link_fields(node, replaced.boot_id, replaced.address))
            replaced.drain()
        self._links[node] = link
        task = asyncio.create_task(self._serve(link))
        self._serving.add(task)
        task.add_done_callback(self._serving.discard)
        return link

    async def _serve(self, link: Link) -> None:
        with self._metrics.links.labels(link.endpoint.security).track_inprogress():
            end, reason = await link.serve()
        self._metrics.links_closed.labels(end).inc()
        fields = link_fields(link.node, link.boot_id, link.address, reason=reason, calls=link.calls)
        self._log.log(logging.INFO if link.draining else logging.WARNING, "link closed", extra=fields)
        # Not if it was replaced meanwhile: then the name leads to the newer one.
        if self._links.get(link.node) is link:
            del self._links[link.node]


def route_name(route: node_pb2.Route) -> str:
    """`name` or `address`."""
    return "name" if route == node_pb2.ROUTE_NAME else "address"
