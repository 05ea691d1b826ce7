"""A laptop and its machines: folders, with stand-ins for Multipass, ssh and what the scripts run on a machine.

The scripts are the real ones, and so are sh, OpenSSH's reading of the config, and the files they write. Laptop and
machines see no other command than those listed here, so nothing of this computer is touched.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

PROJECT = Path(__file__).parents[2]
TOOLS = (
    "awk basename cat chmod cp cut dirname env flock gzip grep head install ln ls make mkdir mktemp rm rmdir sed sh"
    " sha256sum sleep ssh-keygen tail tar test touch tr true wc"
)


NAMES = ("master", "worker1", "worker2", "worker3")


class Laptop:
    """Runs the scripts with a home, and a state folder, of their own."""

    def __init__(self, world: Path) -> None:
        self.world = world
        self.state = world / "state of machines"
        self.home = world / "home"
        tools = world / "tools"
        for folder in (tools, self.home, world / "machines"):
            folder.mkdir()
        for tool in TOOLS.split():
            (tools / tool).symlink_to(found(tool))
        (tools / "python3").write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
        (tools / "python3").chmod(0o755)
        self.path = [Path(__file__).parent / "laptop", tools]

    def run(self, script: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run scripts/SCRIPT; its output is captured, whatever it ends with."""
        return self._run([str(PROJECT / "scripts" / script), *arguments], PROJECT, environment)

    def _run(
        self, command: Sequence[str], folder: Path, environment: Mapping[str, str]
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            cwd=folder,
            env={
                "PATH": ":".join(map(str, self.path)),
                "HOME": str(self.home),
                "WORLD": str(self.world),
                "VM_DIR": str(self.state),
                "REAL_SSH": found("ssh"),
                **environment,
            },
            capture_output=True,
            text=True,
            check=False,
        )

    def did(self, script: str, *arguments: str, **environment: str) -> list[str]:
        """Run scripts/SCRIPT, which must succeed: the recorded commands it led to."""
        log = self.world / "log"
        log.write_text("")
        done = self.run(script, *arguments, **environment)
        assert done.returncode == 0, done.stdout + done.stderr
        return log.read_text().splitlines()

    def types(self, commands: str, checkout: Path) -> list[str]:
        """Type commands in a checkout, which must succeed: the recorded commands they led to."""
        done = self._run(["sh", "-euc", commands], checkout, {})
        assert done.returncode == 0, done.stdout + done.stderr
        return (self.world / "log").read_text().splitlines()

    def machine(self, name: str) -> Path:
        """The root folder of a machine."""
        return self.world / "machines" / name


def found(tool: str) -> str:
    path = shutil.which(tool)
    assert path is not None, f"{tool} is needed by the scripts"
    return os.fspath(path)
