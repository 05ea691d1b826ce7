"""Who is connected to one server, and who has to go when there are too many.

The one that was not used for longest goes and the new one stays: whoever holds connections without using them loses
them, and whoever comes to use one is not refused.
"""

from typing import Protocol

from erlang_docker.servers.refusals import Refusals

ADDRESS_SHARE = 0.75
"""Of all connections, what one address may hold. That much because all users behind a load balancer, and with a
NodePort all that enter through one machine, have one address; the rest is for the others and for probes."""


class Client(Protocol):
    """One end of a connection, as the other clients' claims concern it."""

    @property
    def address(self) -> str:
        """The client's."""

    def evict(self) -> None:
        """Make room, now."""

    def end(self) -> None:
        """The server stops: close when what was answered is sent."""


class Connections:
    """The open connections of one server; in `_all` and in each of `_by_address` the longest unused comes first."""

    def __init__(self, cap: int, refusals: Refusals) -> None:
        self._cap = cap
        self._address_cap = max(1, int(cap * ADDRESS_SHARE))
        self._refusals = refusals
        self._all: dict[Client, None] = {}
        self._by_address: dict[str, dict[Client, None]] = {}

    def __len__(self) -> int:
        return len(self._all)

    def add(self, client: Client) -> None:
        """A new one, for which another may have to go."""
        same = self._by_address.get(client.address, {})
        if len(same) >= self._address_cap:
            self._evict(next(iter(same)), "address_cap")
        elif len(self._all) >= self._cap:
            self._evict(next(iter(self._all)), "cap")
        self._append(client)

    def use(self, client: Client) -> None:
        """It was used just now. Nothing happens to one that has been evicted: its bytes may still be on their way."""
        if client in self._all:
            self.discard(client)
            self._append(client)

    def discard(self, client: Client) -> None:
        """It is closed, for whatever reason, or counts elsewhere."""
        if client not in self._all:
            return
        del self._all[client]
        same = self._by_address[client.address]
        del same[client]
        if not same:
            del self._by_address[client.address]

    def close(self) -> None:
        """Close them all."""
        for client in list(self._all):
            client.end()

    def _append(self, client: Client) -> None:
        self._all[client] = None
        self._by_address.setdefault(client.address, {})[client] = None

    def _evict(self, client: Client, reason: str) -> None:
        self.discard(client)
        self._refusals.note(reason, client.address)
        client.evict()
