"""Which nodes there are, and where.

A StatefulSet numbers its pods from 0 upwards and each has a name in the DNS while it exists, ready or not, so the names
are tried one after another. On one machine, where names lead nowhere in particular, the settings list the nodes.
"""

import re
from collections.abc import Container, Iterable, Mapping
from itertools import count

from erlang_docker.errors import NotSent
from erlang_docker.link.link import Link
from erlang_docker.names import KINDS, NodeName
from erlang_docker.peers.resolve import Resolve
from erlang_docker.settings import Address

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
        grpc_port: int,
    ) -> None:
        self._own = own
        self._listed = listed
        self._links = links
        self._resolve = resolve
        self._grpc_port = grpc_port
        # Everything below `.localhost` leads to loopback (RFC 6761, section 6.3), whether there is a node or not.
        self._has_dns = not listed and not own.host.endswith(".localhost")
        self._next = dict.fromkeys(KINDS, 0)
        """By kind, the first number that nobody was seen to have."""

    async def names(self, lost: Container[NodeName]) -> set[NodeName]:
        """All that are known now. Of those that were lost long ago the last are forgotten, as their set has shrunk."""
        for kind in KINDS if self._has_dns else ():
            while self._next[kind] and numbered_like(self._own, kind, self._next[kind] - 1) in lost:
                self._next[kind] -= 1
            await self._look_ahead(kind)
        numbered = {numbered_like(self._own, kind, number) for kind in KINDS for number in range(self._next[kind])}
        return {self._own, *self._listed, *(link.node for link in self._links), *numbered}

    async def address(self, node: NodeName) -> Address:
        """Where its gRPC is now; NotSent when nothing says."""
        if node in self._listed:
            return self._listed[node]
        if self._has_dns:
            return Address((await self._resolve(node.host))[0], self._grpc_port)
        for link in self._links:
            if link.node == node:
                return link.address
        raise NotSent(f"nothing leads to {node}")

    async def _look_ahead(self, kind: str) -> None:
        missing = 0
        for number in count(self._next[kind]):
            if missing == LOOK_AHEAD or number == MOST_NODES:
                return
            try:
                await self._resolve(numbered_like(self._own, kind, number).host)
                self._next[kind], missing = number + 1, 0
            except NotSent:
                missing += 1


def numbered_like(node: NodeName, kind: str, number: int) -> NodeName:
    """The node of a kind with this number, as the chart names both; the node itself when its name has no number."""
    pod, dot, rest = node.host.partition(".")
    pod = re.sub(rf"-{node.kind}-sfs-\d+$", f"-{kind}-sfs-{number}", pod)
    return NodeName(kind, pod + dot + re.sub(rf"^([^.]*)-{node.kind}-hl(?=\.|$)", rf"\1-{kind}-hl", rest))
