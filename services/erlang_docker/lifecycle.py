"""How long a node runs: until a signal stops it, or its disk."""

import asyncio
import logging

from erlang_docker.identity import NodeState
from erlang_docker.metrics.node import Metrics
from erlang_docker.node import run_node
from erlang_docker.release import Release
from erlang_docker.settings import Settings
from erlang_docker.signals import StopSignals
from erlang_docker.storage.check import Check


async def serve(release: Release, settings: Settings, log: logging.Logger, metrics: Metrics) -> None:
    """Run a node until a signal stops it; VolumeError when its store fails before.

    From the first signal on it drains: picks go elsewhere, but what still comes is served for a while. A second signal
    ends the while.
    """
    with StopSignals() as signals:
        failed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        check = Check(log)
        signals.first.add_done_callback(lambda _: check.stop())
        async with run_node(release, settings, log, metrics, failed.set_exception, check) as node:
            # A node that was stopped while it started is known to nobody yet.
            pause = 0.0 if signals.first.done() else settings.drain_seconds
            await asyncio.wait([failed, signals.first], return_when=asyncio.FIRST_COMPLETED)
            if not failed.done():
                node.set_state(NodeState.DRAINING)
                log.info("draining", extra={"fields": {"seconds": pause, **node.still_open()}})
                await asyncio.wait([failed, signals.second], timeout=pause, return_when=asyncio.FIRST_COMPLETED)
            if failed.done():
                await failed
    log.info("stopped")
