"""Write the table of values into the chart's README; with `--check`, only check that it matches values.yaml."""

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import yaml

CHART = Path(__file__).parent.parent / "charts" / "erlang-docker"
DOCUMENT = re.compile(r"\b(?:docs/[\w-]+|UPGRADING)\.md\b")
TABLE = re.compile(r"(<!-- values -->\n).*(<!-- end of values -->)", re.DOTALL)


def comment_above(lines: list[str], line: int) -> str:
    """The comment above a line that starts with two dashes; empty if there is none."""
    found: list[str] = []
    while line and lines[line - 1].lstrip().startswith("#"):
        line -= 1
        found.insert(0, lines[line].strip("# "))
        if found[0].startswith("-- "):
            return " ".join(found).removeprefix("-- ")
    return ""


def rows(node: yaml.Node | None, lines: list[str], path: str = "") -> Iterator[tuple[str, str, str]]:
    """Name, default and description of each value; ValueError if one has no description."""
    if not isinstance(node, yaml.MappingNode) or not node.value:
        raise ValueError(f"{path} has no description in values.yaml")
    for key, value in node.value:
        name = f"{path}.{key.value}".removeprefix(".")
        description = comment_above(lines, key.start_mark.line)
        if description:
            default = yaml.safe_load(yaml.serialize(value))
            yield name, json.dumps(default), description
        else:
            yield from rows(value, lines, name)


def linked(text: str) -> str:
    """With the documents that it names as links."""
    return DOCUMENT.sub(r"[\g<0>](../../\g<0>)", text)


def table() -> str:
    """All values as a Markdown table."""
    source = (CHART / "values.yaml").read_text()
    head = "| value | default | what |\n|---|---|---|\n"
    body = (
        f"| `{name}` | `{default}` | {linked(text)} |\n"
        for name, default, text in rows(yaml.compose(source), source.split("\n"))
    )
    return head + "".join(body)


def main() -> None:
    """Entry point."""
    path = CHART / "README.md"
    readme = path.read_text()
    written = TABLE.sub(lambda match: match[1] + table() + match[2], readme)
    if "--check" in sys.argv:
        sys.exit(written != readme and f"{path} is out of date, run: python scripts/chart-docs.py")
    path.write_text(written)


if __name__ == "__main__":
    main()
