"""Functions that use their node; tests/test_context.py calls them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from erlang_docker import (
    Atom,
    CallError,
    Context,
    Failure,
    Term,
    export,
)

STARTED: list[str] = []
"""What became of the lifespan and of casts, in order."""


@asynccontextmanager
async def lifespan() -> AsyncIterator[str]:
    STARTED.append("opened")
    try:
        yield "resources"
    finally:
        STARTED.append("closed")


@export("ctx:who()")
def who(context: Context) -> tuple[str, str, int, Any]:
    """A sync function has a Context too."""
    return str(context.node.name), context.node.kind, context.node.boot_epoch, context.resources


@export("ctx:rpc(1)")
async def rpc(context: Context, *values: int) -> list[int]:
    """Python values there and back."""
    return await context.rpc("lists:reverse", [1, 2, 300], returns=list[int])


@export("ctx:wrong()")
async def wrong(context: Context) -> str:
    """What the other side gives is not what is asked for."""
    try:
        await context.rpc("erlang:node", returns=int)
    except CallError as error:
        return type(error).__name__
    return "none"


@export("ctx:fails(Module,Function)")
async def fails(context: Context, module: str, function: str) -> tuple[str, Term]:
    """A failure there is an exception here."""
    try:
        await context.rpc(f"{module}:{function}", Atom("why"))
    except Failure as failure:
        return failure.kind, failure.reason
    return "none", 0


@export("ctx:lets_out(Node)")
async def lets_out(context: Context, node: str) -> None:
    """The call's error is not caught."""
    await context.call(node, "erlang:node")


@export("ctx:error_of(Node)")
async def error_of(context: Context, node: str) -> str:
    """Which exception tells that there is no such node."""
    try:
        await context.call(node, "erlang:node")
    except CallError as error:
        return f"{type(error).__name__}: {error}"
    return "none"


@export("ctx:peer(100)")
async def peer(context: Context, count: int) -> list[str]:
    """As often as wanted, always the same node."""
    picked = await context.pick()
    return list({await picked.call("erlang:node", returns=str) for _ in range(count)} | {str(picked.node)})


@export("ctx:patient_peer()")
async def patient_peer(context: Context) -> list[str]:
    """Keep calling one boot until it is gone, and a moment longer."""
    picked, seen = await context.pick(), []
    while context.remaining > 2:  # a call that finds nobody takes 1.5 s
        try:
            epoch = await picked.call("ctx:who", returns=tuple[str, str, int, Any])
            seen.append(f"boot {epoch[2]}")
        except CallError as error:
            seen.append(type(error).__name__)
        await asyncio.sleep(0.02)
        if seen[-1] != "boot 1" and len(seen) > 20:
            break
    return list(dict.fromkeys(seen))


@export("ctx:many(Nodes)")
async def many(context: Context, nodes: list[str]) -> dict[str, str]:
    """Each node once: its answer, or which exception."""
    answers = await context.multicall(nodes, "erlang:node", returns=str)
    return {name: answer if isinstance(answer, str) else type(answer).__name__ for name, answer in answers.items()}


@export("ctx:store()")
async def store(context: Context) -> list[Any]:
    """Python values on the volume."""
    await context.store.put("colour", {"name": "blue", "rgb": (0, 0, 255), "nice": True})
    seen = [
        await context.store.get("colour", returns=dict[str, Any]),
        await context.store.get("nothing", default="none"),
        "colour" in await context.store.keys(returns=str),
    ]
    await context.store.delete("colour")
    return [*seen, await context.store.get("colour")]


@export("ctx:log()")
def log(context: Context) -> None:
    """A line with its fields, and one of the function's own."""
    context.log.info("hello %s", "log", extra={"fields": {"own": 1}})


@export("ctx:remaining()")
async def remaining(context: Context) -> list[float]:
    """Seconds left here, and there after a moment."""
    here = context.remaining
    await asyncio.sleep(0.5)
    return [here, await context.rpc("ctx:left", returns=float)]


@export("ctx:left()")
def left(context: Context) -> float:
    """Seconds left of the caller's deadline."""
    return context.remaining


@export("ctx:ping_pong(0)")
async def ping_pong(context: Context, hops: int) -> int:
    """a calls b calls a; where nothing would stop it, the hops do."""
    try:
        return await context.rpc("ctx:ping_pong", hops + 1, returns=int)
    except Failure:
        return hops


@export("ctx:self_calls(0)")
async def self_calls(context: Context, depth: int) -> int:
    """The same on one node."""
    try:
        return await context.call(context.node.name, "ctx:self_calls", depth + 1, returns=int)
    except Failure:
        return depth


@export("ctx:wait()")
async def wait(context: Context) -> None:
    """Be found out when it is ended."""
    try:
        STARTED.append("waiting")
        await asyncio.sleep(60)
    except asyncio.CancelledError:
        STARTED.append("cancelled")
        raise


@export("ctx:cast_wait()")
def cast_wait(context: Context) -> None:
    """Have something run here that nobody waits for."""
    context.cast(context.node.name, "ctx:wait")
