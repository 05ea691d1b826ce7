"""`erlang_docker`: what is this product's own."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Iterable
from typing import Protocol

from erlang_docker.errors import CallError
from erlang_docker.functions.badrpc import badrpc
from erlang_docker.functions.export import Export
from erlang_docker.identity import Identity
from erlang_docker.names import NodeName
from otp.errors import Failure
from otp.export import export
from otp.terms.read.mfa import MFA
from otp.terms.types import BADARG, Atom, Map, Term

MAX_SPREAD = 1000
SPREAD_AT_ONCE = 16
SPREAD_SECONDS = 5.0
_NODE = MFA("erlang", "node", ())


class LinkView(Protocol):
    """What is shown of a link."""

    @property
    def node(self) -> NodeName: ...
    @property
    def boot_id(self) -> str: ...
    @property
    def calls(self) -> int: ...
    @property
    def connect_time(self) -> float: ...


class PeerCaller(Protocol):
    """What `erlang_docker` needs of the peers."""

    def call_peer(self, mfa: MFA, timeout: float) -> Awaitable[Term]: ...

    def links(self) -> Iterable[LinkView]: ...


class ErlangDocker:
    """`erlang_docker:info`, `functions`, `peers` and `spread`."""

    def __init__(self, identity: Identity, caller: PeerCaller, table: Iterable[Export]) -> None:
        self._identity = identity
        self._caller = caller
        self._table = table

    @export("erlang_docker:info()", idempotent=True)
    def info(self) -> Term:
        """Which node this is, and which life of it."""
        identity = self._identity
        return _map(
            name=Atom(str(identity.name)),
            kind=Atom(identity.name.kind),
            boot_id=identity.boot_id.encode(),
            boot_epoch=identity.boot_epoch,
            start_time=int(identity.start_time),
            state=Atom(identity.state.value),
            version=identity.version.encode(),
        )

    @export("erlang_docker:functions()", idempotent=True)
    def functions(self) -> Term:
        """All that can be called here, as {Module,Function,Arity}."""
        return sorted((Atom(entry.module), Atom(entry.name), entry.arity) for entry in self._table)

    @export("erlang_docker:peers()", idempotent=True)
    def peers(self) -> Term:
        """The nodes this one has links to, with the boot, the age in seconds and the calls of each link."""
        links = sorted(self._caller.links(), key=lambda link: str(link.node))
        return [
            _map(
                name=Atom(str(link.node)),
                boot_id=link.boot_id.encode(),
                connect_time=int(link.connect_time),
                calls=link.calls,
            )
            for link in links
        ]

    @export("erlang_docker:spread(30)", idempotent=True)
    async def spread(self, count: Term) -> Term:
        """Call the other kind so many times, and count who answered: [{Node,Count}]."""
        if type(count) is not int or not 0 < count <= MAX_SPREAD:
            raise Failure("error", BADARG)
        turns = asyncio.Semaphore(SPREAD_AT_ONCE)
        answers = Counter(await asyncio.gather(*(self._ask(turns) for _ in range(count))))
        return sorted(answers.items(), key=str)

    async def _ask(self, turns: asyncio.Semaphore) -> Term:
        async with turns:
            try:
                return await self._caller.call_peer(_NODE, SPREAD_SECONDS)
            except CallError as error:
                return badrpc(_NODE, error)


def _map(**pairs: Term) -> Map:
    return Map((Atom(key), value) for key, value in pairs.items())
