"""The cluster: node processes that are started, restarted when they die, and stopped together."""

import asyncio
import logging
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field

from erlang_docker.errors import NotSent
from erlang_docker.local.balancer import serve_balancer
from erlang_docker.local.plan import NodePlan, Plan
from erlang_docker.names import KINDS
from erlang_docker.peers.pick import Picker
from erlang_docker.peers.resolve import Resolver
from erlang_docker.settings import Address

STOP_SECONDS = 2.0
"""From the signal to the kill."""
RESTART_SECONDS = 1.0
"""Between two starts of one node, at least."""
POLL_SECONDS = 0.05

Report = Callable[[str], None]


@dataclass(slots=True)
class RunningNode:
    """What is known of one node's process."""

    plan: NodePlan
    ready: asyncio.Event = field(default_factory=asyncio.Event)
    process: asyncio.subprocess.Process | None = None
    starts: int = 0


class Cluster:
    """The node processes of one plan, and who of them is ready."""

    def __init__(self, plan: Plan, report: Report, resolver: Resolver) -> None:
        self.plan = plan
        self.nodes = [RunningNode(node) for node in plan.nodes]
        self._report = report
        self._resolver = resolver

    def ready(self, kind: str) -> list[NodePlan]:
        """The nodes that a service sends connections to."""
        return [node.plan for node in self.nodes if node.ready.is_set() and node.plan.name.kind == kind]

    async def wait_ready(self) -> None:
        """Returns when every node is."""
        await asyncio.gather(*(node.ready.wait() for node in self.nodes))

    async def keep_running(self, node: RunningNode) -> None:
        """Start a node, and start it again whenever it dies or cannot be started; stop it when cancelled."""
        while True:
            started = time.monotonic()
            try:
                await self._run_once(node)
            except Exception as error:
                # Nobody waits for this task before the cluster ends: what is not said here is never heard of.
                self._report(f"{node.plan.label} is started again: {error!r}")
            await asyncio.sleep(max(0.0, started + RESTART_SECONDS - time.monotonic()))

    async def _run_once(self, node: RunningNode) -> None:
        process = node.process = await _start(node.plan, self.plan.environ(node.plan))
        node.starts += 1
        watch = asyncio.create_task(self._watch(node))
        try:
            assert process.stderr is not None
            async for line in _lines(process.stderr):
                self._report(f"{node.plan.label}: {line.decode(errors='replace').rstrip()}")
            status = await process.wait()
            self._report(f"{node.plan.label} ended with status {status}")
        finally:
            node.ready.clear()
            watch.cancel()
            await _stop(process)

    async def _watch(self, node: RunningNode) -> None:
        """A node is ready once it lets itself be picked."""
        kind = node.plan.name.kind
        loop = asyncio.get_running_loop()
        with Picker({kind: node.plan.http}, self._resolver, logging.getLogger(__name__)) as picker:
            while not node.ready.is_set():
                await asyncio.sleep(POLL_SECONDS)
                with suppress(NotSent):
                    await picker.pick(kind, loop.time() + 1.0)
                    node.ready.set()
        self._report(f"{node.plan.label} is ready")


async def _start(node: NodePlan, environ: dict[str, str]) -> asyncio.subprocess.Process:
    """A process, or none: one that starts while this is cancelled is stopped again."""
    spawning = asyncio.ensure_future(
        asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            node.module,
            env=environ,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
            # Ctrl-C in the terminal is this process's affair; it stops the nodes itself.
            start_new_session=True,
        )
    )
    try:
        return await asyncio.shield(spawning)
    except asyncio.CancelledError:
        await _stop(await spawning)
        raise


async def _lines(stream: asyncio.StreamReader) -> AsyncIterator[bytes]:
    """Each line; one that is longer than 64 KiB, the limit of asyncio's streams, in pieces."""
    while not stream.at_eof():
        try:
            yield await stream.readuntil()
        except asyncio.LimitOverrunError as overrun:
            yield await stream.readexactly(overrun.consumed)
        except asyncio.IncompleteReadError as end:
            if end.partial:
                yield end.partial


async def _stop(process: asyncio.subprocess.Process) -> None:
    with suppress(ProcessLookupError):
        process.terminate()
    try:
        async with asyncio.timeout(STOP_SECONDS):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()


@asynccontextmanager
async def run_cluster(plan: Plan, report: Report) -> AsyncIterator[Cluster]:
    """Processes and services until the context ends; SettingsError when a port is taken."""
    plan.prepare()

    async with AsyncExitStack() as stack:
        cluster = Cluster(plan, report, await stack.enter_async_context(Resolver(threads=1)))

        def ready(kind: str, port: Callable[[NodePlan], Address]) -> Callable[[], list[Address]]:
            return lambda: [port(node) for node in cluster.ready(kind)]

        for kind in KINDS:
            await stack.enter_async_context(serve_balancer(ready(kind, lambda node: node.http), plan.services[kind]))
        await stack.enter_async_context(serve_balancer(ready("a", lambda node: node.ws), plan.page))
        await stack.enter_async_context(serve_balancer(ready("a", lambda node: node.grpc), plan.grpc))
        keepers = [asyncio.create_task(cluster.keep_running(node)) for node in cluster.nodes]
        try:
            yield cluster
        finally:
            for keeper in keepers:
                keeper.cancel()
            await asyncio.gather(*keepers, return_exceptions=True)
