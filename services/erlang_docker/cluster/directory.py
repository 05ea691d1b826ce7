"""Which nodes there are, and where.

A StatefulSet numbers its pods from 0 upwards and each has a name in the DNS while it exists, ready or not, so the names
are tried one after another. On one machine, where names lead nowhere in particular, the settings list the nodes.
"""

from collections.abc import Callable, Container, Iterable, Mapping
from itertools import count

from erlang_docker.addresses import Address
from erlang_docker.errors import NotSent
from erlang_docker.link.channel import Endpoint
from erlang_docker.link.link import Link
from erlang_docker.names import KINDS, NodeName
from erlang_docker.peers.resolve import Resolve

LOOK_AHEAD = 2
"""Names without an address before no more are tried: one node that is away hides none behind it."""
MOST_NODES = 100
"""Of a kind, whatever a DNS says that answers to every name."""


class Directory:
    """What is known to one node, `own`."""

    def __init__(
        self,
        own: NodeName,
        listed: Mapping[NodeName, Address],
        links: Iterable[Link],
        resolve: Resolve,
        by_name: Callable[[str], list[Endpoint]],
    ) -> None:
        """`by_name`: where to dial a node, the better first, at the address that its name leads to."""
        self._own = own
        self._listed = listed
        self._links = links
        self._resolve = resolve
        self._by_name = by_name
        # Everything below `.localhost` leads to loopback (RFC 6761, section 6.3), whether there is a node or not.
        self._has_dns = not listed and not own.host.endswith(".localhost")
        self._next = dict.fromkeys(KINDS, 0)
        """By kind, the first number that nobody was seen to have."""

    async def names(self, lost: Container[NodeName]) -> set[NodeName]:
        """All that are known now. Of those that were lost long ago the last are forgotten, as their set has shrunk."""
        for kind in KINDS if self._has_dns else ():
            while self._next[kind] and self._own.numbered(kind, self._next[kind] - 1) in lost:
                self._next[kind] -= 1
            await self._look_ahead(kind)
        numbered = {self._own.numbered(kind, number) for kind in KINDS for number in range(self._next[kind])}
        return {self._own, *self._listed, *(link.node for link in self._links), *numbered}

    async def endpoints(self, node: NodeName) -> list[Endpoint]:
        """Where its gRPC is now, the better first; NotSent when nothing says."""
        if node in self._listed:
            return [Endpoint(self._listed[node], tls=False)]
        if self._has_dns:
            return self._by_name((await self._resolve(node.host))[0])
        for link in self._links:
            if link.node == node:
                return [link.endpoint]
        raise NotSent(f"nothing leads to {node}")

    async def _look_ahead(self, kind: str) -> None:
        missing = 0
        for number in count(self._next[kind]):
            if missing == LOOK_AHEAD or number == MOST_NODES:
                return
            try:
                await self._resolve(self._own.numbered(kind, number).host)
                self._next[kind], missing = number + 1, 0
            except NotSent:
                missing += 1
