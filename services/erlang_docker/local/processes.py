"""The process of a node."""

import asyncio
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress

STOP_SECONDS = 2.0
"""From the signal to the kill."""


async def start_process(module: str, environ: Mapping[str, str]) -> Process:
    """`python -m MODULE`, or none: one that starts while this is cancelled is stopped again."""
    command = (sys.executable, "-m", module)
    spawning = asyncio.ensure_future(
        asyncio.create_subprocess_exec(
            *command,
            env=environ,
            stdin=DEVNULL,
            stdout=PIPE,
            stderr=PIPE,
            # Ctrl-C in the terminal is this process's affair; it stops the nodes itself.
            start_new_session=True,
        )
    )
    try:
        return await asyncio.shield(spawning)
    except asyncio.CancelledError:
        await stop_process(await spawning)
        raise


async def lines_of(stream: asyncio.StreamReader) -> AsyncIterator[str]:
    """Each line; one that is longer than 64 KiB, the limit of asyncio's streams, in pieces."""
    while not stream.at_eof():
        try:
            line = await stream.readuntil()
        except asyncio.LimitOverrunError as overrun:
            line = await stream.readexactly(overrun.consumed)
        except asyncio.IncompleteReadError as end:
            line = end.partial
        if line:
            yield line.decode(errors="replace").rstrip()


async def stop_process(process: Process) -> None:
    """Ask it to stop, also where it is paused; kill it when it does not in 2 s."""
    with suppress(ProcessLookupError):
        process.terminate()
        process.send_signal(signal.SIGCONT)
    try:
        async with asyncio.timeout(STOP_SECONDS):
            await process.wait()
    except TimeoutError:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


def how_it_ended(status: int) -> str:
    """`crashed, exit 1`, or `killed by SIGKILL`."""
    if status < 0:
        return f"killed by {signal.Signals(-status).name}"
    return f"crashed, exit {status}" if status else "ended, exit 0"
