"""A function that runs until its test lets it go: what is to happen meanwhile has, however slow the machine is."""

import asyncio
import sys

from erlang_docker import Atom, Release, export

BEGUN, GO_ON = asyncio.Event(), asyncio.Event()


@export("held:up()")
async def up() -> Atom:
    """Say that it has begun, and wait."""
    BEGUN.set()
    await GO_ON.wait()
    return Atom("ok")


def held_releases() -> dict[str, Release]:
    """Of both kinds, with this function, whose next run is held again."""
    BEGUN.clear()
    GO_ON.clear()
    return {kind: Release(kind, peer, (sys.modules[__name__],)) for kind, peer in ("ab", "ba")}
