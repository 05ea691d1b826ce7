"""The cluster's balancer for one address, as a process: balance.py PORT TARGET_PORT."""

import asyncio
import sys

import uvloop

from erlang_docker.addresses import Address
from erlang_docker.local.balancer import serve_balancer
from erlang_docker.local.plan import LOOPBACK


async def main(port: int, target: int) -> None:
    async with serve_balancer(lambda: [Address(LOOPBACK, target)], Address(LOOPBACK, port)):
        await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(main(*map(int, sys.argv[1:])))
