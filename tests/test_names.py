"""What leads to a node: its stable name, the address of its pick, and a service's address that outlives the DNS."""

import asyncio
import logging
from pathlib import Path

import aiohttp
import pytest

from erlang_docker import Client, NodeName
from erlang_docker.errors import NotSent
from erlang_docker.peers.resolve import Resolver
from erlang_docker.peers.service_address import ServiceAddress
from erlang_docker.v1 import node_pb2
from harness import LOOPBACK, node, services


@pytest.mark.parametrize(
    ("host", "address", "route"),
    [
        ("erlang-docker-b-sfs-0.localhost", "127.0.0.1", node_pb2.ROUTE_NAME),
        # The name leads elsewhere, as it does for a while after a pod was replaced.
        ("erlang-docker-b-sfs-0.localhost", "127.0.0.2", node_pb2.ROUTE_ADDRESS),
        # No DNS knows names that end so (RFC 6761, section 6.4).
        ("erlang-docker-b-sfs-0.invalid", "127.0.0.1", node_pb2.ROUTE_ADDRESS),
    ],
)
async def test_a_link_goes_to_the_name_unless_it_is_stale(
    host: str, address: str, route: node_pb2.Route, tmp_path: Path
) -> None:
    async with (
        services() as among,
        node("a", tmp_path, among) as a,
        node("b", tmp_path, among, name=NodeName("b", host), local_ip=address, listen_address="0.0.0.0"),
        Client(f"{LOOPBACK}:{a.grpc_port}") as client,
    ):
        assert await client.rpc("erlang:node", returns=str) == f"erlang-docker-b@{host}"
        (peer,) = await client.peers()
        assert (peer.route, peer.address.partition(":")[0]) == (route, address)
        shown = "name" if route == node_pb2.ROUTE_NAME else "address"
        assert f"route => {shown}" in await client.run("mfa erlang_docker:peers()")
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"http://{LOOPBACK}:{a.admin_port}/metrics") as metrics,
        ):
            assert f'erlang_docker_links_opened_total{{route="{shown}"}} 1.0' in await metrics.text()


class FailingDNS:
    """Answers, and later does not."""

    def __init__(self) -> None:
        self.asked = 0
        self.answers = True

    async def resolve(self, host: str) -> list[str]:
        self.asked += 1
        if not self.answers:
            await asyncio.sleep(0.05)
            raise NotSent(f"{host} does not resolve")
        return [f"10.0.0.{self.asked}"]


def in_time() -> float:
    return asyncio.get_running_loop().time() + 20.0


async def test_an_address_outlives_the_dns() -> None:
    dns = FailingDNS()
    address = ServiceAddress("service", dns.resolve, logging.getLogger(), fresh_seconds=0.0)
    assert await address.get(in_time()) == "10.0.0.1"
    dns.answers = False
    for _ in range(20):
        async with asyncio.timeout(0.01):
            assert await address.get(in_time()) == "10.0.0.1"
        await asyncio.sleep(0.02)
    assert dns.asked > 2
    dns.answers = True
    while await address.get(in_time()) == "10.0.0.1":
        await asyncio.sleep(0.01)


async def test_a_name_that_never_resolved_is_told() -> None:
    dns = FailingDNS()
    dns.answers = False
    with pytest.raises(NotSent, match="does not resolve"):
        await ServiceAddress("service", dns.resolve, logging.getLogger()).get(in_time())


async def test_numbers_and_localhost_need_no_lookup() -> None:
    async with Resolver(threads=1) as resolver:
        assert await resolver.resolve("10.1.2.3") == ["10.1.2.3"]
        assert await resolver.resolve("b-0.b.localhost") == ["127.0.0.1"]
        with pytest.raises(NotSent):
            await resolver.resolve("b-0.b.invalid")


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("b-0.b-hl.default.svc.cluster.local", "default.svc.cluster.local"),
        ("b-0.b-hl.localhost", "localhost"),
        ("b-0.localhost", "localhost"),
        ("b-0", "b-0"),
    ],
)
def test_the_domain_of_a_cluster(host: str, domain: str) -> None:
    name = NodeName("b", host)
    assert name.domain == domain
    assert name.is_in(domain)
    assert not name.is_in(f"x{domain}")
