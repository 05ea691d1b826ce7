"""Calls to other nodes: pick, link, call, and what may be tried again."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator

from erlang_docker.errors import CallError, NodeDown, NotSent
from erlang_docker.functions.table import FunctionTable
from erlang_docker.link.link import Link
from erlang_docker.metrics import Metrics
from erlang_docker.names import NodeName
from erlang_docker.peers.links import Links
from erlang_docker.peers.pick import Picker
from otp.terms.read.mfa import MFA
from otp.terms.types import Term

REACH_SECONDS = 1.5
"""How long a call may look for a node that takes it."""
FIRST_PAUSE_SECONDS = 0.01


class Caller:
    """Calls a function on another node and answers with its value.

    Raises Failure as the function did, and CallError when the call itself failed. A call is made again only while
    nothing ran, or when the function is idempotent.
    """

    def __init__(
        self, name: NodeName, peer_kind: str, picker: Picker, links: Links, table: FunctionTable, metrics: Metrics
    ) -> None:
        self._name = name
        self._peer_kind = peer_kind
        self._picker = picker
        self._links = links
        self._table = table
        self._metrics = metrics

    async def call_peer(self, mfa: MFA, timeout: float) -> Term:
        """On a node of the other kind, which the cluster picks."""
        return await self._call(self._pick, mfa, timeout)

    async def call_node(self, node: NodeName, mfa: MFA, timeout: float) -> Term:
        """On exactly this node; on this node itself without a link."""
        if node == self._name:
            return await self._table.run(mfa, timeout)
        return await self._call(lambda: self._links.to_node(node), mfa, timeout)

    async def ping(self, node: NodeName) -> bool:
        """Whether a link to this node stands or can be made."""
        try:
            await self._links.to_node(node)
        except CallError:
            return False
        return True

    def nodes(self) -> list[NodeName]:
        """The nodes at the other end of the open links."""
        return [link.node for link in self._links]

    def links(self) -> Iterator[Link]:
        """The open links."""
        return iter(self._links)

    async def _pick(self) -> Link:
        pick = await self._picker.pick(self._peer_kind)
        self._metrics.picks.labels(str(pick.node)).inc()
        return await self._links.to_pick(pick)

    async def _call(self, reach: Callable[[], Awaitable[Link]], mfa: MFA, timeout: float) -> Term:
        loop = asyncio.get_running_loop()
        deadline = loop.time() + timeout
        give_up = min(deadline, loop.time() + REACH_SECONDS)
        pause = 0.0
        while True:
            try:
                link = await self._reach(reach, give_up)
                return await link.call(mfa, deadline - loop.time())
            except NotSent:
                if loop.time() + pause >= give_up:
                    raise
            except NodeDown:
                if not self._table.idempotent(mfa):
                    raise
                # It may have taken long to see that the node is gone; the search for another begins anew.
                give_up = min(deadline, loop.time() + REACH_SECONDS)
            self._metrics.repicks.inc()
            await asyncio.sleep(pause)
            pause = max(FIRST_PAUSE_SECONDS, pause * 2)

    @staticmethod
    async def _reach(reach: Callable[[], Awaitable[Link]], give_up: float) -> Link:
        try:
            async with asyncio.timeout_at(give_up):
                return await reach()
        except TimeoutError as error:
            raise NotSent("no node took the call in time") from error
