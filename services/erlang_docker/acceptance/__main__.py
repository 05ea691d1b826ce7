"""Run all checks: one line for each, exit status 1 if one failed.

For the cluster of `make run`, whose nodes have no mounted volumes, omit `--group`.
"""

import argparse
import asyncio
import sys
import time

import aiohttp
from grpc import aio

from erlang_docker.acceptance.checks import CHECKS, Check, Cluster
from erlang_docker.acceptance.endpoints import Endpoints
from erlang_docker.client_settings import ClientSettings
from erlang_docker.environment import process_environ
from erlang_docker.errors import NodeError
from erlang_docker.names import NodeName
from erlang_docker.peers.resolve import Resolver
from erlang_docker.peers.stateful_set import nodes_of

LET_IN_SECONDS = 10.0
"""How long a test's new pod may be kept out: a NetworkPolicy lets it in once its address is known on every machine."""
AGAIN_SECONDS = 0.5


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


async def run(cluster: Cluster, patience: float = LET_IN_SECONDS) -> bool:
    """Whether all checks passed; a connection may be refused for that many seconds."""
    kept, until = True, time.monotonic() + patience
    for check in CHECKS:
        try:
            verdict, seen = "ok", await _let_in(check, cluster, until)
        except (NodeError, OSError, aiohttp.ClientError, aio.AioRpcError, ValueError, TypeError) as error:
            verdict, seen, kept = "FAIL", f"{type(error).__name__}: {error}", False
        sys.stdout.write(f"{verdict:5}{check.__name__:12}{seen}\n")
    return kept


async def _let_in(check: Check, cluster: Cluster, until: float) -> str:
    """What the check says. Until then one whose connection failed is made again; no other failure is."""
    while True:
        try:
            return await check(cluster)
        except aiohttp.ClientConnectionError:
            if time.monotonic() >= until:
                raise
        await asyncio.sleep(AGAIN_SECONDS)


async def find(options: argparse.Namespace) -> Cluster:
    """The cluster as it is now, whatever scaled it."""
    nodes = list(options.node)
    async with Resolver(threads=1) as resolver:
        for pods in options.pods:
            nodes += await nodes_of(pods, resolver.resolve)
    settings = ClientSettings.from_environ(process_environ())
    endpoints = Endpoints(options.http, options.ws, options.grpc, settings.token)
    return Cluster(endpoints, tuple(nodes), options.kind, options.group, settings.tls, options.elsewhere)


async def check(options: argparse.Namespace) -> bool:
    """Whether all checks passed; of a kind that is asleep there is nothing to check."""
    cluster = await find(options)
    if not cluster.of_kind(own=True):
        sys.stdout.write(f"kind {cluster.kind} is asleep: no node of it has an address\n")
        return True
    return await run(cluster)


def main() -> None:
    """Entry point."""
    if not asyncio.run(check(arguments().parse_args())):
        sys.exit(1)


if __name__ == "__main__":
    main()
