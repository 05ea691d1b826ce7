"""The nodes of a StatefulSet, from the DNS: nobody but Kubernetes knows how many there are now."""

from itertools import count

from erlang_docker.errors import NotSent
from erlang_docker.names import NodeName
from erlang_docker.peers.resolve import Resolve

MOST_MISSING = 16
"""Ordinals in a row without an address, until no further are looked for."""


async def nodes_of(pods: NodeName, resolve: Resolve) -> list[NodeName]:
    """All nodes up to the last that has an address, ready or not; none where a kind is asleep.

    `pods` stands for all of them: `erlang-docker-a@SET.HEADLESS_SERVICE`, where a pod is `SET-0.HEADLESS_SERVICE`.
    """
    name, _, service = pods.host.partition(".")
    wanted = await _count(service, resolve)
    found: list[int] = []
    for ordinal in count():
        if len(found) == wanted or ordinal - len(found) > MOST_MISSING:
            break
        found += [ordinal] * await _count(f"{name}-{ordinal}.{service}", resolve)
    return [NodeName(pods.kind, f"{name}-{ordinal}.{service}") for ordinal in range(max(found, default=-1) + 1)]


async def _count(host: str, resolve: Resolve) -> int:
    """How many addresses it has, of one family: with two, a pod has one of each."""
    try:
        addresses = set(await resolve(host))
    except NotSent:
        return 0
    return max(sum(":" in address for address in addresses), sum(":" not in address for address in addresses))
