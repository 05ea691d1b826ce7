"""How templates are written."""

import re

from render import CHART

TEMPLATES = [path for path in (CHART / "templates").rglob("*") if path.is_file()]


def test_lines_fit_a_screen() -> None:
    long = {
        f"{path.name}:{number}": len(line)
        for path in TEMPLATES
        for number, line in enumerate(path.read_text().split("\n"), 1)
        if len(line) > 140
    }
    assert long == {}


def test_one_way_to_call_a_helper() -> None:
    """With a dict: the chart's scope is its `root`."""
    calls = [
        (path.name, argument)
        for path in TEMPLATES
        for argument in re.findall(r'include (?:"erlang-docker[^"]*"|\$selector) (\S+)', path.read_text())
    ]
    inside = ("(dict", "(merge", "$scope", "$a", "$peer", ".")
    assert [call for call in calls if not call[1].startswith(inside)] == []
    assert [name for name, argument in calls if argument == "." and not name.startswith("_")] == []
