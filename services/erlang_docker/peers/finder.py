"""Where a node is, and a link to there: at its stable name, or at the address that it gave when it was picked."""

import asyncio
import logging

from erlang_docker.addresses import Address, GrpcPorts
from erlang_docker.errors import NotSent, WrongNode
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


class Finder:
    """Gives a new link each time; NotSent when it cannot be had."""

    def __init__(
        self,
        dialer: Dialer,
        picker: Picker,
        resolver: Resolver,
        ports: GrpcPorts,
        metrics: Metrics,
        log: logging.Logger,
    ) -> None:
        """`ports`: where to look for a node of which only the name is known."""
        self._dialer = dialer
        self._picker = picker
        self._resolver = resolver
        self._ports = ports
        self._metrics = metrics
        self._log = log

    async def by_name(self, node: NodeName) -> Link:
        """By its stable name; where that does not lead to it, its kind's service is asked until it answers itself."""
        try:
            address = (await self._resolver.resolve(node.host))[0]
            return await self._open(node, "", address, self._ports, node_pb2.ROUTE_NAME)
        except NotSent:
            return await self.by_pick(await self._search(node))

    async def by_pick(self, pick: Pick) -> Link:
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

    async def _search(self, node: NodeName) -> Pick:
        for attempt in range(SEARCH_PICKS):
            if attempt > EAGER_PICKS:
                await asyncio.sleep(SEARCH_PAUSE_SECONDS)
            pick = await self._picker.pick(node.kind, asyncio.get_running_loop().time() + PICK_SECONDS)
            if pick.node == node:
                return pick
        raise NotSent(f"{node} was not picked in {SEARCH_PICKS} tries")

    async def _open(self, node: NodeName, boot_id: str, host: str, ports: GrpcPorts, route: node_pb2.Route) -> Link:
        """At the first endpoint that leads there; the error of the last if none does."""
        failed = NotSent(f"{node} at {host}: one of the two speaks only TLS, the other only plaintext")
        for endpoint in self._dialer.endpoints(host, ports):
            try:
                return await self._dialer.open(node, boot_id, endpoint, route)
            except NotSent as error:
                fields = link_fields(node, boot_id, endpoint.address, security=endpoint.security, reason=str(error))
                self._log.warning("link not opened", extra=fields)
                self._metrics.link_failures.labels(_failure(error)).inc()
                failed = error
                if isinstance(error, WrongNode):  # so it is there by whatever is spoken
                    break
        raise failed


def link_fields(node: NodeName, boot_id: str, address: Address, **more: object) -> dict[str, object]:
    """Of a line of the log about a link."""
    return {"fields": {"peer": str(node), "boot_id": boot_id, "address": str(address), **more}}


def _failure(error: NotSent) -> str:
    """`refused`: one of the two does not know the other's cookie or certificate."""
    if isinstance(error, WrongNode):
        return "wrong_node"
    return "unreachable" if isinstance(error.__cause__, OSError) else "refused"
