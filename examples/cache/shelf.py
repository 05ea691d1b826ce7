"""What nodes of kind b export: values on their volumes, each until its time is up."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from math import inf
from typing import Any

from erlang_docker import Atom, Context, Failure, Term, export

MAX_SECONDS = 86_400
MAX_KEYS = 5_000
"""A store can list 10,000."""
SWEEP_SECONDS = 30.0


@asynccontextmanager
async def lifespan(new_context: Callable[[], Context]) -> AsyncIterator[dict[bytes, float]]:
    """Key to when its room may be had back, of all that is on the volume. What an earlier boot of this node has put
    may live as long as anything may: its own time is with the value, which is not read for this."""
    context, latest = new_context(), time.time() + MAX_SECONDS
    expires = {key: latest for key in await context.store.keys() if isinstance(key, bytes)}
    sweeping = asyncio.create_task(_sweep(context, expires))
    try:
        yield expires
    finally:
        sweeping.cancel()
        await asyncio.gather(sweeping, return_exceptions=True)


async def _sweep(context: Context, expires: dict[bytes, float]) -> None:
    """Nothing is awaited from the look at a time until the key is in the store's queue, here and in `put`: so what is
    put while its key is swept comes behind it there, and stays."""
    while True:
        await asyncio.sleep(SWEEP_SECONDS)
        for key in list(expires):
            if expires.get(key, inf) < time.time():
                del expires[key]
                try:
                    await context.store.delete(key)
                except Failure:  # the disk does not answer: another time
                    expires.setdefault(key, 0.0)


@export('shelf:put("colour","blue",60)', idempotent=True)
async def put(context: Context, key: bytes, value: Term, seconds: int) -> None:
    """Keep a value for so many seconds."""
    expires: dict[bytes, float] = context.resources
    if not 1 <= seconds <= MAX_SECONDS:
        raise Failure("error", Atom("badarg"))
    if key not in expires and len(expires) >= MAX_KEYS:
        raise Failure("error", Atom("full"))
    expires[key] = time.time() + seconds
    await context.store.put(key, (expires[key], value))


@export('shelf:get("colour")', read_only=True)
async def get(context: Context, key: bytes) -> Term:
    """{ok,Value}, or error where there is none."""
    when, value = await context.store.get(key, returns=tuple[float, Any], default=(0.0, None))
    return (Atom("ok"), value) if time.time() < when else Atom("error")


@export('shelf:delete("colour")', idempotent=True)
async def delete(context: Context, key: bytes) -> None:
    """Forget a key, also where there was none."""
    context.resources.pop(key, None)
    await context.store.delete(key)
