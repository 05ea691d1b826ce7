"""Somebody who types what a document says, on the cluster."""

import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from e2e.kubernetes import ROOT, kubectl


@dataclass(frozen=True, slots=True)
class Reader:
    """Types what is written down, with a kubeconfig whose namespace is its own."""

    kubeconfig: Path

    @classmethod
    def of(cls, namespace: str, folder: Path) -> "Reader":
        kubeconfig = folder / "kubeconfig"
        kubeconfig.write_text(kubectl("config", "view", "--raw", "--flatten"))
        kubeconfig.chmod(0o600)
        made = cls(kubeconfig)
        made.type(f"kubectl config set-context --current --namespace {namespace}")
        return made

    def type(self, commands: str, **changes: str) -> str:
        """What they print; the placeholders of the document are changed."""
        done = self.try_out(commands, **changes)
        assert done.returncode == 0, f"{done.args[-1]}\n{done.stdout}{done.stderr}"
        return done.stdout

    def try_out(self, commands: str, **changes: str) -> subprocess.CompletedProcess[str]:
        """The same, whatever comes of it."""
        for placeholder, value in changes.items():
            commands = re.sub(rf"\b{placeholder}\b(?!=)", value, commands)  # and not the variable of that name
        environ = {**os.environ, "KUBECONFIG": str(self.kubeconfig)}
        return subprocess.run(
            ["bash", "-euo", "pipefail", "-c", commands],
            cwd=ROOT,
            env=environ,
            capture_output=True,
            text=True,
            check=False,
            timeout=600,
        )
