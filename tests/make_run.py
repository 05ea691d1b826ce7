"""The process that `make run` starts."""

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parent.parent
SERVICES = ROOT / "services"
EXAMPLES = ROOT / "examples"


@contextmanager
def start(data: Path, base: int, *options: str, path: Sequence[Path] = (SERVICES,)) -> Iterator[subprocess.Popen[str]]:
    """A cluster on ports from `base`; `path` is where Python finds it and what its nodes run."""
    process = subprocess.Popen(
        [sys.executable, "-m", "erlang_docker.local", "--data", str(data), "--base", str(base), *options],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, path))},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            yield process
        finally:
            # A test that fails meanwhile leaves no cluster behind.
            process.terminate()


def until_welcome(process: subprocess.Popen[str]) -> str:
    """What it printed until its nodes were ready."""
    assert process.stdout is not None
    printed = ""
    for line in process.stdout:
        printed += line
        if "Ctrl-C" in line:
            break
    return printed
