"""Run all checks: a line for each, exit status 1 when one failed.

For the cluster of `make run`, whose nodes have no volumes of their own, leave out `--group`.
"""

import argparse
import asyncio
import sys

import aiohttp
from grpc import aio

from erlang_docker.acceptance.checks import CHECKS, Cluster
from erlang_docker.acceptance.endpoints import Doors
from erlang_docker.errors import NodeError
from erlang_docker.names import NodeName
from erlang_docker.settings import ClientSettings


def arguments() -> argparse.ArgumentParser:
    """Where the cluster is."""
    parser = argparse.ArgumentParser(prog="python -m erlang_docker.acceptance", description="Check a running cluster.")
    for door in ("http", "ws", "grpc"):
        parser.add_argument(f"--{door}", required=True, metavar="HOST:PORT", help="door of one kind's service")
    parser.add_argument("--kind", required=True, choices=("a", "b"), help="that kind")
    parser.add_argument("--node", required=True, action="append", type=NodeName.parse, help="each node of both kinds")
    parser.add_argument("--group", type=int, help="the group that owns each node's volume")
    return parser


async def run(cluster: Cluster) -> bool:
    """Whether all promises are kept."""
    kept = True
    for check in CHECKS:
        try:
            verdict, seen = "ok", await check(cluster)
        except (NodeError, OSError, aiohttp.ClientError, aio.AioRpcError, ValueError, TypeError) as error:
            verdict, seen, kept = "FAIL", f"{type(error).__name__}: {error}", False
        sys.stdout.write(f"{verdict:5}{check.__name__:12}{seen}\n")
    return kept


def main() -> None:
    """The process."""
    options = arguments().parse_args()
    doors = Doors(options.http, options.ws, options.grpc)
    cluster = Cluster(doors, tuple(options.node), options.kind, options.group, ClientSettings.from_environ().tls)
    if not asyncio.run(run(cluster)):
        sys.exit(1)


if __name__ == "__main__":
    main()
