"""The pick: which node of a kind takes the next call is the cluster's choice, made for each new connection.

So every pick is one `POST /node` on a connection of its own, closed after. A connection that is used again would
always lead to the same node (kubernetes/kubernetes#38456).
"""

import asyncio
import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass

from erlang_docker.errors import NodeError, NotSent
from erlang_docker.names import NodeName
from erlang_docker.peers.exchange import Response, exchange
from erlang_docker.peers.resolve import Resolver
from erlang_docker.peers.service_address import ServiceAddress
from erlang_docker.settings import Address

FIRST_SECONDS = 0.1
"""For the first try; then several race, because a machine that vanished or a node that froze does not answer at all."""
RACE_SECONDS = (0.15, 0.75)
"""How long the first racers have before as many join them, and how long all have then."""
RACERS = 3


@dataclass(frozen=True, slots=True)
class Pick:
    """The node that answered, which boot of it, and where its gRPC port is."""

    node: NodeName
    boot_id: str
    address: Address


class Picker:
    """Asks the services of the kinds."""

    def __init__(self, services: Mapping[str, Address], resolver: Resolver, log: logging.Logger) -> None:
        self._services = services
        self._addresses = {
            kind: ServiceAddress(service.host, resolver.resolve, log) for kind, service in services.items()
        }

    async def pick(self, kind: str) -> Pick:
        """One pick; NotSent when nobody answered in a second, or a node that is stopping or of another kind did."""
        service = self._services[kind]
        host = await self._addresses[kind].get()
        try:
            status, headers, body = await _answer(service, host)
        except (OSError, TimeoutError) as error:
            raise NotSent(f"no answer from {service}: {error!r}") from error
        if status != 200:
            raise NotSent(f"{service} answered {status}")
        return _read(kind, headers, body)


async def _answer(service: Address, host: str) -> Response:
    try:
        async with asyncio.timeout(FIRST_SECONDS):
            return await exchange(service, host)
    # Its answer may still be on the way; but where one does not answer in 0.1 s, three others sooner do.
    except TimeoutError:
        return await _race(service, host)


async def _race(service: Address, host: str) -> Response:
    """The first answer on several connections, each of which may lead to another node; TimeoutError without one."""
    racers: set[asyncio.Task[Response]] = set()
    try:
        for seconds in RACE_SECONDS:
            racers |= {asyncio.create_task(exchange(service, host)) for _ in range(RACERS)}
            done, racers = await asyncio.wait(racers, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
            answered = [racer for racer in done if racer.exception() is None]
            if answered:
                return answered[0].result()
        raise TimeoutError
    finally:
        for racer in racers:
            racer.cancel()
        # Awaited, so that their connections are closed before the pick ends: none is used, none is left.
        await asyncio.gather(*racers, return_exceptions=True)


def _read(kind: str, headers: Mapping[str, str], body: bytes) -> Pick:
    """Only a node of the kind that was asked for is believed."""
    try:
        node = NodeName.parse(json.loads(body)["data"]["node"])
        pick = Pick(node, headers["x-node-boot"], Address(headers["x-node-address"], int(headers["x-node-grpc-port"])))
    except (KeyError, TypeError, ValueError, NodeError) as error:
        raise NotSent(f"not the answer of a node: {body[:200]!r}") from error
    if node.kind != kind:
        raise NotSent(f"asked for kind {kind}, {node} answered")
    return pick
