"""A pytest plugin: tests say what was promised and what they measured, and the run writes it down as Markdown.

RELIABILITY_REPORT names the file. Each test file has a section there, under the first line of its docstring; a run
writes its own sections anew and leaves the others, so files may run one at a time.
"""

import os
import re
from collections import Counter
from collections.abc import Iterator, Sequence
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

    @property
    def has_rows(self) -> bool:
        """Whether the test has said anything."""
        return any(name == PROPERTY for name, _ in self._properties)

    def row(self, fault: str, promise: str, measured: str) -> None:
        """One line of the table; before the asserts, so that a promise that is broken has its line too."""
        self._properties.append((PROPERTY, (self._section, fault, promise, measured)))


@pytest.fixture
def report(request: pytest.FixtureRequest) -> Report:
    """Where a test says what it measured."""
    title = (request.module.__doc__ or request.module.__name__).splitlines()[0].rstrip(".")
    return Report(request.node.user_properties, title)


@pytest.fixture(autouse=True)
def promised(request: pytest.FixtureRequest, report: Report) -> Iterator[None]:
    """The line of a test that is marked with a promise and measures nothing: it held, or the verdict says otherwise."""
    yield
    mark = request.node.get_closest_marker("promise")
    if mark is not None and not report.has_rows:
        fault, promise = mark.args
        report.row(fault, promise, "as promised")


def pytest_configure(config: pytest.Config) -> None:
    if path := os.environ.get("RELIABILITY_REPORT"):
        config.pluginmanager.register(_Writer(Path(path)))


@dataclass
class _Writer:
    """Knows which test passed, and hence which promise was kept."""

    path: Path
    sections: dict[str, list[Sequence[str]]] = field(default_factory=dict)
    kept: dict[str, bool] = field(default_factory=dict)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        # After its fixtures have ended, one of which may have a row; its verdict is that of the call.
        if report.when == "call":
            self.kept[report.nodeid] = report.passed
        if report.when != "teardown" or report.nodeid not in self.kept:
            return
        for name, value in report.user_properties:
            if name == PROPERTY:
                section, *cells = cast(tuple[str, ...], value)
                self.sections.setdefault(section, []).append((*cells, "held" if self.kept[report.nodeid] else "BROKEN"))

    def pytest_sessionfinish(self) -> None:
        text = self.path.read_text() if self.path.exists() else "# Reliability\n"
        for section, rows in self.sections.items():
            text = _with_section(text, section, _table(rows))
        self.path.write_text(text)


def _table(rows: Sequence[Sequence[str]]) -> str:
    """Lines that say the same, of one test with several arguments, are one."""
    counted = Counter(tuple(row) for row in rows)
    merged = [
        (fault, promise, measured if times == 1 else f"{measured}, {times} cases", verdict)
        for (fault, promise, measured, verdict), times in counted.items()
    ]
    lines = [("fault", "promise", "measured", "verdict"), ("---",) * 4, *merged]
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
