"""The files that the nodes of a kind are made of, as they were at one moment."""

import asyncio
import json
import sys
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from erlang_docker.errors import NodeError

LOAD_SECONDS = 20.0

Files = Mapping[Path, int]
"""File to when it was changed, in nanoseconds."""


class LoadError(NodeError):
    """The release cannot be loaded as its files are now; the text is the traceback."""

    def __init__(self, traceback: str, paths: Sequence[Path] = ()) -> None:
        """`paths` are those that were loaded before it failed, and the folders they are in."""
        super().__init__(traceback)
        self.paths = paths


async def load(module: str, environ: Mapping[str, str]) -> list[Path]:
    """Files and folders of packages that a release loads; LoadError when it does not load."""
    command = (sys.executable, "-m", "erlang_docker.local.loaded", module)
    process = await asyncio.create_subprocess_exec(*command, env=environ, stdin=DEVNULL, stdout=PIPE, stderr=PIPE)
    try:
        async with asyncio.timeout(LOAD_SECONDS):
            said, errors = await process.communicate()
    except TimeoutError as error:
        raise LoadError(f"{module} does not load in {LOAD_SECONDS:.0f} s") from error
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    paths = [Path(name) for name in json.loads(said.splitlines()[-1])]
    if process.returncode:
        raise LoadError(errors.decode(errors="replace").strip(), paths)
    return paths


def changed_at(paths: Iterable[Path]) -> Files:
    """When files, and all of Python's in folders, were changed; without those that are gone."""
    files = {file for path in paths for file in ([path] if path.suffix == ".py" else path.glob("*.py"))}
    times = {}
    for file in files:
        try:
            times[file] = file.stat().st_mtime_ns
        except FileNotFoundError:
            continue
    return times
