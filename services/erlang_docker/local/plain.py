"""The cluster without a terminal: what happens is printed, a line each."""

import asyncio
import sys
from contextlib import AsyncExitStack

from erlang_docker.local.background import background
from erlang_docker.local.cluster import Cluster, running
from erlang_docker.local.events import Event, Source
from erlang_docker.local.plan import Plan
from erlang_docker.local.rollout import rollouts
from erlang_docker.local.welcome import welcome
from erlang_docker.signals import StopSignals


async def run_plain(plan: Plan) -> None:
    """Run until a signal arrives; SettingsError when a port is taken."""

    def report(event: Event) -> None:
        # What nodes log is on their volumes.
        if event.source is not Source.LOG:
            _print(event)

    cluster = Cluster(plan)
    with StopSignals() as signals:
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(running(cluster, report))
            for rollout in rollouts(cluster, report):
                await stack.enter_async_context(background(rollout.run()))
            starting = asyncio.ensure_future(cluster.wait_ready())
            await asyncio.wait([starting, signals.first], return_when=asyncio.FIRST_COMPLETED)
            if starting.done():
                _print(welcome(plan))
            starting.cancel()
            await signals.first


def _print(line: object) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
