"""Run all checks: one line for each, exit status 1 if one failed.

For the cluster of `make run`, whose nodes have no mounted volumes, omit `--group`.
"""

import argparse
import asyncio
import sys

import aiohttp
from grpc import aio

from erlang_docker.acceptance.checks import CHECKS, Cluster
from erlang_docker.acceptance.endpoints import Endpoints
from erlang_docker.errors import NodeError
from erlang_docker.names import NodeName
from erlang_docker.settings import ClientSettings


def arguments() -> argparse.ArgumentParser:
    """The command line options."""
    parser = argparse.ArgumentParser(prog="python -m erlang_docker.acceptance", description="Check a running cluster.")
    for port in ("http", "ws", "grpc"):
        parser.add_argument(f"--{port}", required=True, metavar="HOST:PORT", help="this port of one kind's Service")
    parser.add_argument("--kind", required=True, choices=("a", "b"), help="the kind of that Service")
    parser.add_argument("--node", required=True, action="append", type=NodeName.parse, help="each node of both kinds")
    parser.add_argument("--group", type=int, help="group id that owns each node's volume; omit to skip the check")
    return parser


async def run(cluster: Cluster) -> bool:
    """Whether all checks passed."""
    kept = True
    for check in CHECKS:
        try:
            verdict, seen = "ok", await check(cluster)
        except (NodeError, OSError, aiohttp.ClientError, aio.AioRpcError, ValueError, TypeError) as error:
            verdict, seen, kept = "FAIL", f"{type(error).__name__}: {error}", False
        sys.stdout.write(f"{verdict:5}{check.__name__:12}{seen}\n")
    return kept


def main() -> None:
    """Entry point."""
    options = arguments().parse_args()
    settings = ClientSettings.from_environ()
    endpoints = Endpoints(options.http, options.ws, options.grpc, settings.token)
    cluster = Cluster(endpoints, tuple(options.node), options.kind, options.group, settings.tls)
    if not asyncio.run(run(cluster)):
        sys.exit(1)


if __name__ == "__main__":
    main()
