"""A node whose disk does not answer is as one that starts: no probe, no pick and no new socket gets it meanwhile."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import TypeAlias

from erlang_docker.identity import Identity, NodeState
from otp.errors import Failure

PAUSE_SECONDS = 0.5
MEASURE_SECONDS = 10.0


Enter: TypeAlias = Callable[[NodeState], None]


@asynccontextmanager
async def following_disk(
    identity: Identity, is_healthy: Callable[[], bool], enter: Enter, log: logging.Logger
) -> AsyncIterator[None]:
    """Take a ready node back to its start while the disk is not healthy, for as long as the context lasts."""
    follower = asyncio.create_task(_follow(identity, is_healthy, enter, log))
    try:
        yield
    finally:
        follower.cancel()
        await asyncio.gather(follower, return_exceptions=True)


async def _follow(identity: Identity, is_healthy: Callable[[], bool], enter: Enter, log: logging.Logger) -> None:
    """A node that stops is let alone: nothing is awaited between the look at its state and the change of it."""
    while True:
        await asyncio.sleep(PAUSE_SECONDS)
        healthy = is_healthy()
        if identity.state is NodeState.READY and not healthy:
            log.error("the disk does not answer")
            enter(NodeState.STARTING)
        elif identity.state is NodeState.STARTING and healthy:
            log.info("the disk answers again")
            enter(NodeState.READY)


@asynccontextmanager
async def measuring(measure: Callable[[], Awaitable[None]]) -> AsyncIterator[None]:
    """Have the room on the volume looked at, now and then, for as long as the context lasts."""
    task = asyncio.create_task(_measure(measure))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _measure(measure: Callable[[], Awaitable[None]]) -> None:
    while True:
        with suppress(Failure):  # of a disk that does not answer, or has failed
            await measure()
        await asyncio.sleep(MEASURE_SECONDS)
