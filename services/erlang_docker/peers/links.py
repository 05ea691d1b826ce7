"""The links of this node: one for each node it has called, replaced when another boot of it is picked."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Iterator
from types import TracebackType
from typing import Self

from erlang_docker.addresses import Address, GrpcPorts
from erlang_docker.errors import NotSent, UnknownNode, WrongNode
from erlang_docker.link.dialer import Dialer
from erlang_docker.link.link import Link
from erlang_docker.metrics.node import Metrics
from erlang_docker.names import NodeName
from erlang_docker.peers.answer import Pick
from erlang_docker.peers.pick import Picker
from erlang_docker.peers.resolve import Resolver
from erlang_docker.v1 import node_pb2

SEARCH_PICKS = 30
"""With three nodes of a kind, each pick random, one is missed by all of 30 picks in 1 of 200,000 searches."""
EAGER_PICKS = 10
PICK_SECONDS = 1.0
SEARCH_PAUSE_SECONDS = 0.06
"""Before each pick after the first few: the node may be starting, and a name that is nobody's must not cost much."""


class Links:
    """An async context manager; on its way out it ends every link.

    One link per node is safe without locks: `_links` and `_dials` change only between two awaits. Two dials to one
    node can run at once only for different boots of it (the key is name and boot), and then the later link replaces
    the earlier, which drains: what is on it is still answered.
    """

    def __init__(
        self,
        dialer: Dialer,
        picker: Picker,
        resolver: Resolver,
        ports: GrpcPorts,
        domains: Collection[str],
        metrics: Metrics,
        log: logging.Logger,
    ) -> None:
        """`ports`: where to look for a node of which only the name is known.

        `domains`: what the names of nodes end in that may be called by name.
        """
        self._dialer = dialer
        self._picker = picker
        self._resolver = resolver
        self._ports = ports
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
        return self.standing(pick) or await self._once(pick.node, pick.boot_id, lambda: self._dial_pick(pick))

    async def to_node(self, node: NodeName) -> Link:
        """The link to a node known by name only; NotSent when it cannot be had.

        UnknownNode for a name outside of its cluster's domains, without a lookup: anybody may type any name.
        """
        if not any(node.is_in(domain) for domain in self._domains):
            raise UnknownNode(f"{node} is not in {', '.join(sorted(self._domains))}")
        link = self._links.get(node)
        if link is not None and not link.closed:
            return link
        return await self._once(node, "", lambda: self._find(node))

    async def _once(self, node: NodeName, boot_id: str, dial: Callable[[], Awaitable[Link]]) -> Link:
        """Callers that want the same link wait for one dial, whoever of them is cancelled."""
        key = (node, boot_id)
        task = self._dials.get(key)
        if task is None:
            task = self._dials[key] = asyncio.ensure_future(dial())
            task.add_done_callback(lambda done: self._dialed(key, done))
        # Shielded: a caller that gives up must not take the link from the others, nor from who comes next.
        return await asyncio.shield(task)

    def _dialed(self, key: tuple[NodeName, str], task: asyncio.Task[Link]) -> None:
        del self._dials[key]
        if not task.cancelled():
            task.exception()  # every caller may have gone; then nobody else retrieves it

    async def _find(self, node: NodeName) -> Link:
        """By its stable name; where that does not lead to it, its kind's service is asked until it answers itself."""
        try:
            address = (await self._resolver.resolve(node.host))[0]
            return await self._open(node, "", address, self._ports, node_pb2.ROUTE_NAME)
        except NotSent:
            return await self._dial_pick(await self._search(node))

    async def _search(self, node: NodeName) -> Pick:
        for attempt in range(SEARCH_PICKS):
            if attempt > EAGER_PICKS:
                await asyncio.sleep(SEARCH_PAUSE_SECONDS)
            pick = await self._picker.pick(node.kind, asyncio.get_running_loop().time() + PICK_SECONDS)
            if pick.node == node:
                return pick
        raise NotSent(f"{node} was not picked in {SEARCH_PICKS} tries")

    async def _dial_pick(self, pick: Pick) -> Link:
        """To the node's stable name, or to the address in the pick when the name is late or leads elsewhere.

        The address comes from the node itself, just now, so where the two differ it is the name that is stale.
        """
        (given,) = (await self._resolver.resolve(pick.host))[:1]
        try:
            by_name = given in await self._resolver.resolve(pick.node.host)
        except NotSent:
            by_name = False
        route = node_pb2.ROUTE_NAME if by_name else node_pb2.ROUTE_ADDRESS
        return await self._open(pick.node, pick.boot_id, given, pick.ports, route)

    async def _open(self, node: NodeName, boot_id: str, host: str, ports: GrpcPorts, route: node_pb2.Route) -> Link:
        """At the first endpoint that leads there; the error of the last if none does."""
        failed = NotSent(f"{node} at {host}: one of the two speaks only TLS, the other only plaintext")
        for endpoint in self._dialer.endpoints(host, ports):
            try:
                return self._opened(await self._dialer.open(node, boot_id, endpoint, route))
            except NotSent as error:
                fields = _fields(node, boot_id, endpoint.address, security=endpoint.security, reason=str(error))
                self._log.warning("link not opened", extra=fields)
                self._metrics.link_failures.labels(_failure(error)).inc()
                failed = error
                if isinstance(error, WrongNode):  # so it is there by whatever is spoken
                    break
        raise failed

    def _opened(self, link: Link) -> Link:
        node, route = link.node, route_name(link.route)
        self._metrics.links_opened.labels(route).inc()
        fields = _fields(node, link.boot_id, link.address, route=route, security=link.endpoint.security)
        self._log.info("link opened", extra=fields)
        replaced = self._links.get(node)
        if replaced is not None:
            self._log.info("link replaced", extra=_fields(node, replaced.boot_id, replaced.address))
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
        fields = _fields(link.node, link.boot_id, link.address, reason=reason, calls=link.calls)
        self._log.log(logging.INFO if link.draining else logging.WARNING, "link closed", extra=fields)
        # Not if it was replaced meanwhile: then the name leads to the newer one.
        if self._links.get(link.node) is link:
            del self._links[link.node]


def _fields(node: NodeName, boot_id: str, address: Address, **more: object) -> dict[str, object]:
    return {"fields": {"peer": str(node), "boot_id": boot_id, "address": str(address), **more}}


def _failure(error: NotSent) -> str:
    """`refused`: one of the two does not know the other's cookie or certificate."""
    if isinstance(error, WrongNode):
        return "wrong_node"
    return "unreachable" if isinstance(error.__cause__, OSError) else "refused"


def route_name(route: node_pb2.Route) -> str:
    """`name` or `address`."""
    return "name" if route == node_pb2.ROUTE_NAME else "address"
