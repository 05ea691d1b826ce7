"""What of the faults can be made here: what is left out is said in one line, with why."""

import os
import shutil
from collections import Counter
from pathlib import Path

import pytest

LEFT_OUT = pytest.StashKey[Counter[str]]()
CAP_SYS_ADMIN = 1 << 21


def may_mount() -> bool:
    """Whether this process may do what root does: root of a container, most often, may not."""
    status = Path("/proc/self/status")
    if os.geteuid() != 0 or not status.exists():
        return False
    line = next(line for line in status.read_text().splitlines() if line.startswith("CapEff"))
    return bool(int(line.split()[1], 16) & CAP_SYS_ADMIN)


def why_not(item: pytest.Item, is_root: bool) -> str:
    """Empty when it can run."""
    if item.get_closest_marker("root"):
        if not is_root:
            return "need root"
        if not shutil.which("strace"):
            return "need strace"
    if item.get_closest_marker("long") and os.environ.get("FAULTS") != "long":
        return "take long (make faults)"
    return ""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what cannot run here."""
    is_root = may_mount()
    reasons = {item: reason for item in items if (reason := why_not(item, is_root))}
    config.stash[LEFT_OUT] = Counter(reasons.values())
    config.hook.pytest_deselected(items=list(reasons))
    items[:] = [item for item in items if item not in reasons]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """The one line."""
    if left_out := config.stash.get(LEFT_OUT, None):
        said = ", ".join(f"{count} {reason}" for reason, count in left_out.items())
        terminalreporter.write_line(f"faults left out: {said}")
