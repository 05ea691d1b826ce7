"""What documents have typed for virtual machines, each on a laptop that has none yet."""

import re
import shutil
from pathlib import Path

import pytest

from documents import run_by
from flow.stand_ins import PROJECT, Laptop

BLOCKS = {re.sub(" +# .*", "", block.text) for found in run_by("tests/flow/test_typed.py").values() for block in found}
LONGEST = sorted(text for text in BLOCKS if not any(text in other for other in BLOCKS - {text}))
"""Documents have the same in one block or in two, and with other comments."""


@pytest.fixture
def checkout(laptop: Laptop) -> Path:
    """Of its own, as images are built into it."""
    folder = laptop.world / "checkout"
    for name in ("scripts", "charts"):
        shutil.copytree(PROJECT / name, folder / name)
    shutil.copy(PROJECT / "Makefile", folder)
    return folder


@pytest.mark.parametrize("commands", LONGEST)
def test_it_makes_machines_and_brings_the_product_to_them(commands: str, laptop: Laptop, checkout: Path) -> None:
    asks_for_machines = re.search("make machines|vm/create", commands) is not None
    before = "" if asks_for_machines else "make machines\n"
    done = laptop.types(before + commands, checkout)
    names = re.search('WORKERS="(.+)"', commands)
    launched = [line for line in done if line.startswith("multipass launch")]
    assert len(launched) == 1 + (len(names[1].split()) if names else 3)
    assert all("--memory 8G" in line for line in launched) == ("MEMORY=8G" in commands)
    upgrades = [line for line in done if line.startswith("master helm upgrade")]
    assert len(upgrades) == ("make deploy" in commands)
    options = re.search('OPTIONS="(.+)"', commands)
    assert options is None or upgrades[0].endswith(f" {options[1]}")
