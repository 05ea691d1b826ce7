"""requirements*.txt are what scripts/lock.sh makes of pyproject.toml: without a network, whether one is behind."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
RUNTIME: list[str] = PROJECT["project"]["dependencies"]
EXTRAS: dict[str, list[str]] = PROJECT["project"]["optional-dependencies"]
LOCAL = EXTRAS["local"] + EXTRAS["otel"]
GROUPS: dict[str, list[str | dict[str, str]]] = PROJECT["dependency-groups"]
EXAMPLE = "examples/thumbnails/requirements.txt"


def group(name: str) -> Iterator[str]:
    """What a group asks for, with the groups that it includes."""
    for item in GROUPS[name]:
        yield from [item] if isinstance(item, str) else group(item["include-group"])


ASKED = {
    "requirements.txt": RUNTIME,
    "requirements-otel.txt": RUNTIME + EXTRAS["otel"],
    "requirements-local.txt": RUNTIME + LOCAL,
    "requirements-dev.txt": [*RUNTIME, *LOCAL, *group("dev")],
    "requirements-chart.txt": [*RUNTIME, *LOCAL, *group("dev"), *group("chart")],
    "requirements-fuzz.txt": [*RUNTIME, *LOCAL, *group("dev"), *group("fuzz")],
}
ENTRY = re.compile(r"([a-z0-9-]+)==(\S+)(?: ; [^\\]+)?((?: \\\n    --hash=sha256:[0-9a-f]{64})+)\n")


def locked(name: str) -> dict[str, str]:
    """Package to version; nothing else is in the file but comments."""
    text = re.sub(r"^#.*\n", "", (ROOT / name).read_text(), flags=re.MULTILINE)
    assert ENTRY.sub("", text) == ""
    return {entry[1]: entry[2] for entry in ENTRY.finditer(text)}


def test_these_are_all() -> None:
    assert {path.name for path in ROOT.glob("requirements*.txt")} == set(ASKED)


@pytest.mark.parametrize(("name", "asked"), [*ASKED.items(), (EXAMPLE, [*group("thumbnails")])])
def test_all_that_is_asked_for_is_locked(name: str, asked: list[str]) -> None:
    versions = locked(name)
    for requirement in map(Requirement, asked):
        assert requirement.specifier.contains(versions[canonicalize_name(requirement.name)]), str(requirement)


@pytest.mark.parametrize("name", ASKED)
def test_a_package_has_the_same_version_everywhere(name: str) -> None:
    assert locked("requirements.txt").items() <= locked(name).items()
    assert locked(name).items() <= (locked("requirements-chart.txt") | locked("requirements-fuzz.txt")).items()


def test_what_an_example_adds_is_what_its_test_has() -> None:
    assert locked(EXAMPLE).items() <= locked("requirements-dev.txt").items()
