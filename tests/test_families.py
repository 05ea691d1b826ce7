"""Nodes that listen on `::` answer IPv4 and IPv6, and call each other over either."""

from pathlib import Path

import aiohttp
import pytest

from erlang_docker.addresses import Address
from erlang_docker.client import Client
from harness import node, services


@pytest.mark.parametrize("own", ["::1", "127.0.0.1"])
async def test_both_families_at_every_port(own: str, tmp_path: Path) -> None:
    """`own` is the family that the node gives to those who pick it."""
    async with services() as among, node("a", tmp_path, among, listen_address="::", local_ip=own) as a:
        for host in ("127.0.0.1", "[::1]"):
            async with aiohttp.ClientSession() as session:
                async with session.post(f"http://{host}:{a.http_port}/node", data=b"{}") as answer:
                    assert (await answer.json())["data"]["node"] == str(a.identity.name)
                    assert answer.headers["x-node-address"] == own
                async with session.get(f"http://{host}:{a.admin_port}/readyz") as answer:
                    assert answer.status == 200
                async with session.ws_connect(f"http://{host}:{a.ws_port}/websocket") as socket:
                    await socket.send_str("node")
                    assert await socket.receive_str(timeout=10) == str(a.identity.name)
            async with Client(f"{host}:{a.grpc_port}") as client:
                assert (await client.node()).name == str(a.identity.name)


async def test_a_call_over_ipv6(tmp_path: Path) -> None:
    """The pick, and then the link, to the address that the node gave: its name leads to IPv4."""
    async with services() as among, node("b", tmp_path, among, listen_address="::", local_ip="::1") as b:
        among.addresses = {**among.addresses, "b": Address("::1", b.http_port)}
        async with node("a", tmp_path, among) as a, Client(f"127.0.0.1:{a.grpc_port}") as client:
            assert await client.rpc("erlang:node") == str(b.identity.name)
            (peer,) = await client.peers()
            assert peer.address == f"[::1]:{b.grpc_port}"
