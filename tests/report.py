"""A pytest plugin: tests say what was promised and what they measured, and the run writes it down as Markdown.

RELIABILITY_REPORT names the file. Each test file has a section there, under the first line of its docstring; a run
writes its own sections anew and leaves the others, so files may run one at a time.
"""

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import pytest

PROPERTY = "reliability"


@dataclass(frozen=True, slots=True)
class Report:
    """The fixture `report`."""

    _properties: list[tuple[str, object]]
    _section: str

    def row(self, fault: str, promise: str, measured: str) -> None:
        """One line of the table; before the asserts, so that a promise that is broken has its line too."""
        self._properties.append((PROPERTY, (self._section, fault, promise, measured)))


@pytest.fixture
def report(request: pytest.FixtureRequest) -> Report:
    """Where a test says what it measured."""
    title = (request.module.__doc__ or request.module.__name__).splitlines()[0].rstrip(".")
    return Report(request.node.user_properties, title)


def pytest_configure(config: pytest.Config) -> None:
    if path := os.environ.get("RELIABILITY_REPORT"):
        config.pluginmanager.register(_Writer(Path(path)))


@dataclass
class _Writer:
    """Knows which test passed, and hence which promise was kept."""

    path: Path
    sections: dict[str, list[Sequence[str]]] = field(default_factory=dict)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when != "call":
            return
        for name, value in report.user_properties:
            if name == PROPERTY:
                section, *cells = cast(tuple[str, ...], value)
                self.sections.setdefault(section, []).append((*cells, "held" if report.passed else "BROKEN"))

    def pytest_sessionfinish(self) -> None:
        text = self.path.read_text() if self.path.exists() else "# Reliability\n"
        for section, rows in self.sections.items():
            text = _with_section(text, section, _table(rows))
        self.path.write_text(text)


def _table(rows: Sequence[Sequence[str]]) -> str:
    lines = [("fault", "promise", "measured", "verdict"), ("---",) * 4, *rows]
    return "".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |\n" for line in lines)


def _with_section(text: str, title: str, body: str) -> str:
    """The text with this section in place of an older one of the same title, else at its end."""
    section = f"## {title}\n\n{body}"
    older = re.compile(rf"^## {re.escape(title)}\n.*?(?=^## |\Z)", re.MULTILINE | re.DOTALL)
    match = older.search(text)
    if match is None:
        return f"{text.rstrip()}\n\n{section}"
    after = text[match.end() :]
    return text[: match.start()] + section + ("\n" + after if after else "")
