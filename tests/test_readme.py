"""What README.md and the pages that go on from it show is what is there."""

import html
import re
from pathlib import Path

import pytest

import erlang_docker
from erlang_docker.functions import convert
from erlang_docker.functions.context import Context
from erlang_docker.local.controls import KEYS
from erlang_docker.local.table import COLUMNS

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
TUTORIAL = (ROOT / "docs/tutorial/functions.md").read_text()
FUNCTIONS = (ROOT / "docs/how-to/functions.md").read_text()


@pytest.mark.parametrize("name", ["greeter.py", "shop/offers.py", "shop/buying.py", "shop/b.py"])
def test_the_example_is_the_file(name: str) -> None:
    assert f"```python\n{(ROOT / 'examples' / name).read_text()}```" in TUTORIAL


def test_its_function_is_of_the_example() -> None:
    (function,) = re.findall(r"^```python\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    assert function in (ROOT / "examples/shop/buying.py").read_text()


def test_all_of_the_context_is_named_and_there() -> None:
    named = set(re.findall(r"`(?:await |peer = await )?context\.(\w+)", FUNCTIONS))
    public = {name for name in vars(Context) if not name.startswith("_")}
    assert named <= public
    assert public - named <= {"functions", "links", "data_dir", "picks_kept"}  # for the node's own


def test_all_annotations_are_told() -> None:
    table = re.findall(r"^\| .+ \|$", str(convert.__doc__), re.MULTILINE)
    told = {row.replace("\\|", "|") for row in re.findall(r"^\| .+ \|$", FUNCTIONS, re.MULTILINE)}
    assert [row for row in table[1:] if row.replace("(`terms.types`) ", "") not in told] == []


def test_everything_public_can_be_imported() -> None:
    for name in erlang_docker.__all__:
        assert getattr(erlang_docker, name).__doc__ or name == "Term"


def test_the_picture_of_make_run_is_of_today_and_loads_nothing() -> None:
    """scripts/record.py makes it."""
    picture = (ROOT / "docs/make-run.svg").read_text()
    text = html.unescape("".join(re.findall(r"<text[^>]*>([^<]*)</text>", picture))).replace("\xa0", " ")
    for word in [word for _, word, _ in KEYS] + [column.title for column in COLUMNS if not column.wide]:
        assert word in text, word
    assert set(re.findall(r"https?://[a-z0-9.]+", picture)) == {"http://www.w3.org", "http://127.0.0.1"}


def test_what_it_copies_is_there() -> None:
    ((source, target),) = re.findall(r"^cp (\S+) (\S+)$", README, re.MULTILINE)
    assert (ROOT / source).is_file()
    assert (ROOT / target / "__main__.py").is_file()
