"""The checks, one function each: it returns a line that says what it saw, or raises."""

import asyncio
import re
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from ipaddress import ip_address

from erlang_docker.acceptance import services
from erlang_docker.acceptance.endpoints import Endpoints, Failed
from erlang_docker.client import Client
from erlang_docker.credentials import TLS
from erlang_docker.link.channel import open_channel
from erlang_docker.names import NodeName
from erlang_docker.peers.resolve import Resolver

PICKS_PER_NODE = 20
"""On fresh connections: the chance of missing one of three nodes is one in 10^11."""
SERVICES = ("RpcService", "ConsoleService", "NodeService", "StoreService")


@dataclass(frozen=True, slots=True)
class Cluster:
    """A cluster, seen from the endpoints of one kind."""

    endpoints: Endpoints
    nodes: tuple[NodeName, ...]
    """All nodes of both kinds."""
    kind: str
    group: int | None
    """The group that owns the volumes; None skips that check."""
    tls: TLS | None = None
    elsewhere: bool = False
    """Whether the other kind is in another release, so that nobody here knows its nodes."""

    @property
    def host_name(self) -> str:
        """A name that every certificate of the kind is valid for."""
        return self.of_kind(own=True)[0].host

    def of_kind(self, own: bool) -> list[NodeName]:
        """The nodes of the endpoints' own kind, or of the other."""
        return [node for node in self.nodes if (node.kind == self.kind) is own]


async def names(cluster: Cluster) -> str:
    """Every node's name resolves to one address of a family, and no two to the same, unless it is loopback."""
    async with Resolver(threads=1) as resolver:
        found = {node: await resolver.resolve(node.host) for node in cluster.nodes}
    several = [str(node) for node, addresses in found.items() if not _one_of_each_family(set(addresses))]
    if several:
        raise Failed(f"more than one address: {several}")
    counts = Counter(address for addresses in found.values() for address in set(addresses))
    shared = [address for address, nodes in counts.items() if nodes > 1 and not ip_address(address).is_loopback]
    if shared:
        raise Failed(f"more than one node at {shared}")
    return f"{len(found)} names resolve"


async def envelope(cluster: Cluster) -> str:
    """`/ping` and `/node` keep their contract."""
    pong = await cluster.endpoints.ping()
    if pong != '{"code":0,"data":"","msg":"pong"}':
        raise Failed(f"GET /ping answered {pong}")
    return f"/ping answers pong, /node {await cluster.endpoints.pick()}"


async def spread(cluster: Cluster) -> str:
    """New connections reach every node of the kind."""
    own = cluster.of_kind(own=True)
    picks = await asyncio.gather(*(cluster.endpoints.pick() for _ in range(PICKS_PER_NODE * len(own))))
    return _all_of(own, Counter(picks))


async def pinning(cluster: Cluster) -> str:
    """A kept-alive connection stays on one node, which is why picks never reuse one."""
    counts = await cluster.endpoints.picks_on_one_connection(PICKS_PER_NODE)
    if len(counts) != 1:
        raise Failed(f"one connection reached {dict(counts)}")
    return f"one connection, {PICKS_PER_NODE} requests, one node"


async def socket(cluster: Cluster) -> str:
    """The WebSocket says which node it is, and echoes."""
    node, echo = await cluster.endpoints.ask("node"), await cluster.endpoints.ask("not a command")
    if NodeName.parse(node) not in cluster.of_kind(own=True) or echo != "not a command":
        raise Failed(f"answered {node} and {echo}")
    return f"reached {node}"


async def calls(cluster: Cluster) -> str:
    """A node of this kind calls every node of the other."""
    if cluster.elsewhere:
        return await _calls_elsewhere(cluster)
    return await _calls(cluster, "mfa", cluster.of_kind(own=False))


async def calls_back(cluster: Cluster) -> str:
    """A node of the other kind calls every node of this one."""
    if not cluster.of_kind(own=False) and not cluster.elsewhere:
        return "the other kind is asleep, and calls nobody"
    return await _calls(cluster, "rpc", cluster.of_kind(own=True))


async def health(cluster: Cluster) -> str:
    """gRPC health is SERVING for the server and each service, and reflection lists them."""
    expected = [f"erlang_docker.v1.{name}" for name in SERVICES]
    async with open_channel(cluster.endpoints.grpc, cluster.host_name, cluster.tls) as channel:
        listed = await services.services(channel)
        statuses = {name: await services.health(channel, name) for name in ("", *expected)}
    if not set(expected) <= set(listed) or set(statuses.values()) != {"SERVING"}:
        raise Failed(f"reflection lists {listed}, health says {statuses}")
    return f"{len(expected)} services SERVING and listed"


async def volumes(cluster: Cluster) -> str:
    """Every node can write to its volume and, with `group`, the volume is a mount of that group."""
    async with Client(cluster.endpoints.grpc, cluster.tls, cluster.host_name, cluster.endpoints.token) as client:
        for node in cluster.nodes:
            facts = await client.run(f"mfa rpc:call('{node}',erlang_docker,volume,[])")
            await _write(client, node)
            if cluster.group is not None and not _says(facts, mounted="true", group=cluster.group):
                raise Failed(f"{node}: {facts}, not mounted or not owned by group {cluster.group}")
    return f"{len(cluster.nodes)} volumes are writable; the last is {' '.join(facts.split())}"


async def _write(client: Client, node: NodeName) -> None:
    key = "'acceptance test'"
    for call, expected in (
        (f"put,[{key},#{{at => home}}]", "ok"),
        (f"get,[{key}]", "{ok,#{at => home}}"),
        (f"delete,[{key}]", "ok"),
        (f"get,[{key}]", "error"),
    ):
        reply = await client.run(f"mfa rpc:call('{node}',store,{call})")
        if reply != expected:
            raise Failed(f"{node}: store:{call} answered {reply}")


def _says(facts: str, **expected: object) -> bool:
    return all(re.search(rf"\b{key} => {value}\b", facts) for key, value in expected.items())


async def _calls(cluster: Cluster, verb: str, nodes: list[NodeName]) -> str:
    """Have a node of this kind (`mfa`) or the other (`rpc`) call its peer kind; each call must reach one of `nodes`.

    Where there are none, it must say so.
    """
    if not nodes:
        return await _nobody(cluster)
    return _all_of(nodes, await _spread(cluster, verb, PICKS_PER_NODE * len(nodes)))


async def _calls_elsewhere(cluster: Cluster) -> str:
    counts = await _spread(cluster, "mfa", PICKS_PER_NODE)
    if any(NodeName.parse(node).kind == cluster.kind for node in counts):
        raise Failed(f"reached {dict(counts)}, of which some are of this kind")
    return f"{counts.total()} by node: {' '.join(str(count) for _, count in sorted(counts.items()))}"


async def _spread(cluster: Cluster, verb: str, count: int) -> Counter[str]:
    reply = await cluster.endpoints.ask(f"{verb} erlang_docker:spread({count})")
    counts = Counter({node: int(calls) for node, calls in re.findall(r"\{'([^']+)',\s*(\d+)\}", reply)})
    if counts.total() != count:
        raise Failed(f"only {counts.total()} of {count} calls reached a node: {reply}")
    return counts


async def _nobody(cluster: Cluster) -> str:
    reply = await cluster.endpoints.ask("rpc erlang:node()")
    if reply != "{badrpc,nodedown}":
        raise Failed(f"no node of the other kind has an address, and rpc answered {reply}")
    return f"the other kind is asleep: {reply}"


def _one_of_each_family(addresses: set[str]) -> bool:
    return len(addresses) == len({ip_address(address).version for address in addresses}) > 0


def _all_of(nodes: Iterable[NodeName], counts: Counter[str]) -> str:
    expected = {str(node) for node in nodes}
    if set(counts) != expected:
        raise Failed(f"reached {dict(counts)}, expected each of {sorted(expected)}")
    return f"{counts.total()} by node: {' '.join(str(count) for _, count in sorted(counts.items()))}"


Check = Callable[[Cluster], Awaitable[str]]
CHECKS: tuple[Check, ...] = (
    names,
    envelope,
    spread,
    pinning,
    socket,
    calls,
    calls_back,
    health,
    volumes,
)
