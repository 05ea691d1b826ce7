"""Erlang's `net_adm`."""

from collections.abc import Awaitable
from typing import Protocol

from erlang_docker.errors import NodeError
from erlang_docker.names import NodeName
from otp.export import export
from otp.terms.types import Atom, Term


class Pinger(Protocol):
    """What `net_adm` needs of the peers."""

    def ping(self, node: NodeName) -> Awaitable[bool]: ...


class NetAdm:
    """`net_adm:ping`."""

    def __init__(self, pinger: Pinger) -> None:
        self._pinger = pinger

    @export("net_adm:ping(Node)", idempotent=True)
    async def ping(self, node: Term) -> Term:
        """Make a link to a node by its name: pong, or pang when there is none."""
        try:
            alive = await self._pinger.ping(NodeName.parse(str(node)))
        except NodeError:
            alive = False
        return Atom("pong" if alive else "pang")
