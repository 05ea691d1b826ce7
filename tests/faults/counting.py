"""A node of kind b whose functions leave a mark each time they run: `python -m counting`."""

import asyncio
import os
import sys
import time
from pathlib import Path

from erlang_docker import Context, Release, export, run


def _mark(context: Context, token: str) -> None:
    """In one write to the end of a file, which outlives a killed process; not on the volume, which may be full."""
    with Path(os.environ["COUNTING_DIR"], context.node.name.host).open("ab", buffering=0) as file:
        file.write(f"{token}\n".encode())


@export('count:once("token",10)')
async def once(context: Context, token: str, milliseconds: int) -> str:
    """May not run twice: the mark is made somewhere in the middle."""
    await asyncio.sleep(milliseconds / 2000)
    _mark(context, token)
    await asyncio.sleep(milliseconds / 2000)
    return token


@export('count:often("token",10)', idempotent=True)
async def often(context: Context, token: str, milliseconds: int) -> str:
    """May run twice."""
    return await once(context, token, milliseconds)


@export("count:stall(1500)", idempotent=True)
def stall(milliseconds: int) -> int:
    """Hold the event loop, as no function should."""
    time.sleep(milliseconds / 1000)
    return milliseconds


if __name__ == "__main__":
    run(Release("b", "a", (sys.modules[__name__],)))
