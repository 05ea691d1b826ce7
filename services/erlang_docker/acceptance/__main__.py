"""Run all checks: one line for each, exit status 1 if one failed.

For the cluster of `make run`, whose nodes have no mounted volumes, omit `--group`.
"""

import argparse
import asyncio
import sys
from contextlib import suppress

import aiohttp
from grpc import aio

from erlang_docker.acceptance.checks import CHECKS, Cluster
from erlang_docker.acceptance.endpoints import Endpoints
from erlang_docker.errors import NodeError
from erlang_docker.names import NodeName
from erlang_docker.peers.resolve import Resolver
from erlang_docker.peers.stateful_set import nodes_of
from erlang_docker.settings import ClientSettings

LET_IN_SECONDS = 10.0


def arguments() -> argparse.ArgumentParser:
    """The command line options."""
    parser = argparse.ArgumentParser(prog="python -m erlang_docker.acceptance", description="Check a running cluster.")
    for port in ("http", "ws", "grpc"):
        parser.add_argument(f"--{port}", required=True, metavar="HOST:PORT", help="this port of one kind's Service")
    parser.add_argument("--kind", required=True, choices=("a", "b"), help="the kind of that Service")
    nodes = parser.add_argument_group("nodes of both kinds")
    nodes.add_argument("--node", default=[], action="append", type=NodeName.parse, metavar="NAME", help="each by name")
    nodes.add_argument(
        "--pods",
        default=[],
        action="append",
        type=NodeName.parse,
        metavar="NAME",
        help="as many as a StatefulSet has now: erlang-docker-a@SET.HEADLESS_SERVICE",
    )
    parser.add_argument("--group", type=int, help="group id that owns each node's volume; omit to skip the check")
    parser.add_argument("--elsewhere", action="store_true", help="the other kind is in another release")
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


async def find(options: argparse.Namespace) -> Cluster:
    """The cluster as it is now, whatever scaled it."""
    nodes = list(options.node)
    async with Resolver(threads=1) as resolver:
        for pods in options.pods:
            nodes += await nodes_of(pods, resolver.resolve)
    endpoints, tls = Endpoints(options.http, options.ws, options.grpc), ClientSettings.from_environ().tls
    return Cluster(endpoints, tuple(nodes), options.kind, options.group, tls, options.elsewhere)


async def check(options: argparse.Namespace) -> bool:
    """Whether all checks passed; of a kind that is asleep there is nothing to check."""
    cluster = await find(options)
    if not cluster.of_kind(own=True):
        sys.stdout.write(f"kind {cluster.kind} is asleep: no node of it has an address\n")
        return True
    await let_in(cluster)
    return await run(cluster)


async def let_in(cluster: Cluster) -> None:
    """Where there are policies, machines learn of a new pod's address a moment after it starts."""
    with suppress(TimeoutError):
        async with asyncio.timeout(LET_IN_SECONDS):
            while True:
                with suppress(aiohttp.ClientError):
                    await cluster.endpoints.ping()
                    return
                await asyncio.sleep(0.2)


def main() -> None:
    """Entry point."""
    if not asyncio.run(check(arguments().parse_args())):
        sys.exit(1)


if __name__ == "__main__":
    main()
