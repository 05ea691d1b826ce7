"""Texts that would make a billion calls, many at once and at every port: all are answered, and so is everybody else."""

import asyncio
import time

import pytest

from erlang_docker import Client
from erlang_docker.local.cluster import Cluster
from harness import socket
from promises import Report
from test_every_run_counts import bombs

SOCKETS = 20
TEXTS = 30


async def test_thirty_from_twenty_sockets_and_through_grpc(cluster: Cluster, report: Report) -> None:
    node, other, *_ = cluster.plan.nodes
    a, b = f"'{node.name}'", f"'{other.name}'"
    texts = list(bombs(a, b).values())
    waits: list[float] = []

    async def send(number: int) -> None:
        async with socket(node.ws.port) as user:
            for text in range(number, TEXTS, SOCKETS):
                assert await user.ask(f"mfa {texts[text % len(texts)]}")

    async def look() -> None:
        async with socket(node.ws.port) as looker:
            while True:
                asked = time.monotonic()
                assert await looker.ask("node") == str(node.name)
                waits.append(time.monotonic() - asked)
                await asyncio.sleep(0.01)

    looking = asyncio.create_task(look())
    begun = time.monotonic()
    async with Client(str(node.grpc)) as client:
        grpc = (client.run(f"rpc {texts[number % len(texts)]}") for number in range(TEXTS))
        await asyncio.gather(*(send(number) for number in range(SOCKETS)), *grpc)
    seconds = time.monotonic() - begun
    looking.cancel()
    measured = f"{2 * TEXTS} texts answered in {seconds:.1f} s, `node` meanwhile {max(waits) * 1000:.0f} ms at most"
    report.row("30 texts of nested calls to many, from 20 sockets, and as many through gRPC", "all answered", measured)
    async with socket(node.ws.port) as user:
        assert (await user.ask("rpc erlang:node()")).startswith("'erlang-docker-b@")
    with pytest.raises(asyncio.CancelledError):
        await looking
