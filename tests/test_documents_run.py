"""The commands of documents, typed as a reader types them: in a checkout of its own, whose cluster runs meanwhile."""

import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest

from documents import COMMANDS, HERE, ROOT, Block, all_blocks
from make_run import start, until_welcome
from ports import free_ports

SECONDS = 40
"""For a block to give what is shown: nodes have what a reader copied there once they have been replaced."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Has a checkout, and a cluster on ports from `base`."""

    checkout: Path
    base: int
    typed: set[tuple[str, str | None]]
    """Blocks that are in more than one document are typed once, unless one says more of what they print."""

    def type(self, commands: str) -> subprocess.CompletedProcess[str]:
        """In the checkout, at the ports that this cluster has."""
        here = re.sub(r"\b30(\d{3})\b", lambda port: str(self.base + int(port[1])), commands)
        environ = {"PATH": "/usr/bin:/bin", "HOME": str(self.checkout), "GRPC_PORT": str(self.base + 51)}
        command = ["bash", "-euo", "pipefail", "-c", here]
        return subprocess.run(
            command,
            cwd=self.checkout,
            env=environ,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=SECONDS,
        )


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    checkout = tmp_path_factory.mktemp("checkout")
    for folder in ("services", "examples", "scripts"):
        shutil.copytree(ROOT / folder, checkout / folder, ignore=shutil.ignore_patterns("__pycache__"))
    (checkout / ".venv").symlink_to(sys.prefix)
    with (
        free_ports() as base,
        start(checkout / "data", base, "--a", "2", "--b", "2", path=[checkout / "services"]) as process,
    ):
        until_welcome(process)
        yield Reader(checkout, base, set())


def shown(document: str) -> Iterator[tuple[Block, str | None]]:
    """Each block to run, and what it shall print, if the text below it says so; `…` stands for anything."""
    for block, below in pairwise([*all_blocks(document), Block("", "", "")]):
        if block.language in COMMANDS and block.is_own:
            yield block, below.text if below.language == "text" and below.heading == block.heading else None


def is_shown(printed: str, text: str | None) -> bool:
    return text is None or bool(re.fullmatch(re.escape(text.strip()).replace("…", ".*"), printed.strip(), re.DOTALL))


@pytest.mark.timeout(240)
@pytest.mark.parametrize("document", HERE)
def test_its_commands_do_what_it_says(document: str, reader: Reader) -> None:
    for block, text in shown(document):
        if (block.text, text) in reader.typed:
            continue
        deadline = time.monotonic() + SECONDS
        while (done := reader.type(block.text)).returncode or not is_shown(done.stdout, text):
            assert time.monotonic() < deadline, f"{block.text}\n{done.stdout}{done.stderr}"
            time.sleep(0.2)
        reader.typed.add((block.text, text))
