"""The cluster: node processes that are kept running, the services in front of them, all stopped together."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager

from erlang_docker.addresses import Address
from erlang_docker.local.balancer import serve_balancer
from erlang_docker.local.events import Report
from erlang_docker.local.keeper import Keeper
from erlang_docker.local.plan import NodePlan, Plan
from erlang_docker.local.running_node import RunningNode
from erlang_docker.names import KINDS
from erlang_docker.peers.resolve import Resolver


class Cluster:
    """The nodes of one plan, and who of them is ready."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.nodes = [RunningNode(node) for node in plan.nodes]

    def of_kind(self, kind: str) -> list[RunningNode]:
        """Its nodes, in their order."""
        return [node for node in self.nodes if node.plan.name.kind == kind]

    def ready(self, kind: str) -> list[NodePlan]:
        """The nodes that a service sends connections to."""
        return [node.plan for node in self.of_kind(kind) if node.ready.is_set()]

    async def wait_ready(self) -> None:
        """Returns when every node is."""
        await asyncio.gather(*(node.ready.wait() for node in self.nodes))


@asynccontextmanager
async def run_cluster(plan: Plan, report: Report) -> AsyncIterator[Cluster]:
    """Processes and services until the context ends; SettingsError when a port is taken."""
    cluster = Cluster(plan)
    async with running(cluster, report):
        yield cluster


@asynccontextmanager
async def running(cluster: Cluster, report: Report) -> AsyncIterator[None]:
    """As `run_cluster`, for those who show the nodes before they are started and until they have stopped."""
    plan = cluster.plan
    plan.prepare()

    def ready(kind: str, port: Callable[[NodePlan], Address]) -> Callable[[], list[Address]]:
        return lambda: [port(node) for node in cluster.ready(kind)]

    async with AsyncExitStack() as stack:
        resolver = await stack.enter_async_context(Resolver(threads=1))
        for kind in KINDS:
            await stack.enter_async_context(serve_balancer(ready(kind, lambda node: node.http), plan.services[kind]))
        await stack.enter_async_context(serve_balancer(ready("a", lambda node: node.ws), plan.page))
        await stack.enter_async_context(serve_balancer(ready("a", lambda node: node.grpc), plan.grpc))
        keepers = [Keeper(node, plan, report, resolver) for node in cluster.nodes]
        kept = [asyncio.create_task(keeper.run()) for keeper in keepers]
        try:
            yield
        finally:
            for node in cluster.nodes:
                node.leave()
            for keeper in kept:
                keeper.cancel()
            await asyncio.gather(*kept, return_exceptions=True)
