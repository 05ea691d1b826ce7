"""What README.md shows is what is there."""

import re
from pathlib import Path

import pytest

import erlang_docker
from erlang_docker.functions.context import Context

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()


@pytest.mark.parametrize("name", ["shop/offers.py", "shop/buying.py", "shop/b.py"])
def test_the_example_is_the_file(name: str) -> None:
    assert f"```python\n{(ROOT / 'examples' / name).read_text()}```" in README


def test_links_lead_to_files() -> None:
    for target in re.findall(r"\]\((?!http|#)([^)]+)\)", README):
        assert (ROOT / target).exists(), target


def test_what_it_names_of_the_context_is_there() -> None:
    for name in re.findall(r"`(?:await |peer = await )?context\.(\w+)", README):
        assert hasattr(Context, name), name


def test_everything_public_can_be_imported() -> None:
    for name in erlang_docker.__all__:
        assert getattr(erlang_docker, name).__doc__ or name == "Term"
