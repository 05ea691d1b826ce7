"""Fixtures: a laptop, and its machines."""

from pathlib import Path

import pytest

from flow.stand_ins import Laptop


@pytest.fixture
def laptop(tmp_path: Path) -> Laptop:
    """A laptop without machines."""
    return Laptop(tmp_path)


@pytest.fixture
def machines(laptop: Laptop) -> Laptop:
    """A laptop with four machines that run."""
    laptop.did("vm/create")
    return laptop
