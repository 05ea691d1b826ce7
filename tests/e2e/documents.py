"""What documents tell their readers to type, so that tests can type it."""

import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from e2e.kubernetes import ROOT, kubectl

BLOCK = re.compile(
    r"(?:<!-- not run by a test: (?P<why>[^>]+) -->\n)?```(?P<language>\w*)\n(?P<text>.*?)```", re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Block:
    """A block of code under a heading; with a reason why no test runs it, if there is one."""

    heading: str
    text: str
    why_not: str | None


def blocks(document: str, language: str = "") -> list[Block]:
    """All blocks of a language, by default those that are commands, in order."""
    sections = re.split(r"^(#+ .+)$", (ROOT / document).read_text(), flags=re.MULTILINE)
    return [
        Block(heading.strip("# "), match["text"], match["why"])
        for heading, body in zip(sections[1::2], sections[2::2], strict=True)
        for match in BLOCK.finditer(body)
        if match["language"] == language
    ]


def spans(document: str, pattern: str) -> list[str]:
    """Code within the tables that begins with a pattern, each once."""
    rows = re.findall(r"^\|.*\|$", (ROOT / document).read_text(), flags=re.MULTILINE)
    code = [span for row in rows for span in re.findall(r"`([^`]+)`", row)]
    return list(dict.fromkeys(span for span in code if re.match(pattern, span)))


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
            commands = re.sub(rf"\b{placeholder}\b", value, commands)
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
