"""Disks to break: file systems of a few MiB, and the kernel's answers about them. All of it needs root."""

import asyncio
import os
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path


def run(*command: str | Path) -> None:
    subprocess.run(command, check=True, capture_output=True)


@contextmanager
def tmpfs(folder: Path, size: str) -> Iterator[Path]:
    """A file system in memory at this folder."""
    folder.mkdir(parents=True, exist_ok=True)
    run("mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder)
    try:
        yield folder
    finally:
        run("umount", "-l", folder)


@contextmanager
def ext4(folder: Path, image: Path, size: str = "") -> Iterator[Path]:
    """A file system in an image, made anew when a size is given."""
    folder.mkdir(parents=True, exist_ok=True)
    if size:
        run("truncate", "-s", size, image)
        run("mkfs.ext4", "-q", "-m", "0", image)
    run("mount", "-o", "loop", image, folder)
    try:
        yield folder
    finally:
        run("umount", "-l", folder)


def fill(file: Path) -> None:
    """To the last byte."""
    with file.open("ab", buffering=0) as filler:
        for size in (1 << 16, 1 << 12, 1):
            with suppress(OSError):
                while True:
                    filler.write(bytes(size))


@contextmanager
def frozen(folder: Path) -> Iterator[None]:
    """Nothing is written to this file system meanwhile: whoever tries waits."""
    run("fsfreeze", "-f", folder)
    try:
        yield
    finally:
        run("fsfreeze", "-u", folder)


@asynccontextmanager
async def failing(pid: int, call: str, error: str) -> AsyncIterator[None]:
    """This system call of the process fails."""
    strace = await asyncio.create_subprocess_exec(
        *(
            "strace",
            "-f",
            "-p",
            str(pid),
            "-o",
            os.devnull,
            "-e",
            f"trace={call}",
            "-e",
            f"inject={call}:error={error}",
        ),
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        assert strace.stderr is not None
        async with asyncio.timeout(10):
            while b"attached" not in await strace.stderr.readline():
                pass
        yield
    finally:
        with suppress(ProcessLookupError):
            strace.terminate()
        await strace.wait()
