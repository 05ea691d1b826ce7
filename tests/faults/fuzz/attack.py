"""Many cases against one door, some at once; the seed and the number of a case say what is sent."""

import asyncio
import itertools
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from random import Random

from grpc.aio import AioRpcError

from erlang_docker.local.plan import NodePlan
from faults.fuzz.http1 import admin, http, page
from faults.fuzz.http2 import http2
from faults.fuzz.links import link
from faults.fuzz.messages import grpc_
from faults.fuzz.sockets import socket

Door = Callable[[NodePlan, Random], Awaitable[list[str]]]
DOORS: dict[str, Door] = {
    "http": http,
    "page": page,
    "socket": socket,
    "admin": admin,
    "http2": http2,
    "grpc": grpc_,
    "link": link,
}
CASES = "cases"
HUNG = "hung"
"""Of a connection that the node left open for 20 s after its client had ended."""
AT_ONCE = 8


async def attack(door: str, node: NodePlan, seed: int, numbers: Iterator[int], until: float) -> Counter[str]:
    """How many cases were sent, and how often what was answered."""
    answers = Counter[str]()

    async def one_after_another() -> None:
        for number in numbers:
            answers.update([CASES, *await _case(door, node, Random(f"{seed} {door} {number}"))])
            if time.monotonic() > until:
                return

    await asyncio.gather(*(one_after_another() for _ in range(AT_ONCE)))
    return answers


def attack_for(door: str, node: NodePlan, seed: int, first: int, seconds: float) -> Counter[str]:
    """In a process of its own, so that it holds up no friend."""
    return asyncio.run(attack(door, node, seed, itertools.count(first), time.monotonic() + seconds))


async def _case(door: str, node: NodePlan, chance: Random) -> list[str]:
    try:
        return await DOORS[door](node, chance)
    except TimeoutError:
        return [HUNG]
    except (OSError, asyncio.IncompleteReadError, AioRpcError) as error:
        return [type(error).__name__]
