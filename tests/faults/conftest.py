"""What most faults are made in; and what of them can be made here: what is left out is said in one line, with why."""

import os
import shutil
from collections import Counter
from pathlib import Path

import pytest

from erlang_docker.local.plan import Plan

pytest.register_assert_rewrite("faults.outcomes")

LEFT_OUT = pytest.StashKey[Counter[str]]()
CAPABILITIES = 1 << 12 | 1 << 21
"""CAP_NET_ADMIN and CAP_SYS_ADMIN."""


@pytest.fixture
def plan(tmp_path: Path, base: int) -> Plan:
    """A cluster on this machine, of which no node runs yet."""
    plan = Plan(tmp_path / "cluster", base)
    plan.prepare()
    return plan


def is_root() -> bool:
    """Whether this process may do what root does: root of a container, most often, may not."""
    status = Path("/proc/self/status")
    if os.geteuid() != 0 or not status.exists():
        return False
    line = next(line for line in status.read_text().splitlines() if line.startswith("CapEff"))
    return int(line.split()[1], 16) & CAPABILITIES == CAPABILITIES


def why_not(item: pytest.Item, root: bool) -> str:
    """Empty when it can run."""
    if item.get_closest_marker("root") and not root:
        return "need root"
    for mark in item.iter_markers("tools"):
        if missing := [tool for tool in mark.args if not shutil.which(tool)]:
            return f"need {' and '.join(missing)}"
    if item.get_closest_marker("long") and os.environ.get("FAULTS") != "long":
        return "take long (make faults)"
    return ""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what cannot run here."""
    root = is_root()
    reasons = {item: reason for item in items if (reason := why_not(item, root))}
    config.stash[LEFT_OUT] = Counter(reasons.values())
    config.hook.pytest_deselected(items=list(reasons))
    items[:] = [item for item in items if item not in reasons]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """The one line."""
    if left_out := config.stash.get(LEFT_OUT, None):
        said = ", ".join(f"{count} {reason}" for reason, count in left_out.items())
        terminalreporter.write_line(f"faults left out: {said}")
