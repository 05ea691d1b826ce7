"""What a run writes down about promises."""

import os
import subprocess
import sys
from pathlib import Path

TESTS = '''"""A fault.

More about it.
"""

def test_kept(report):
    report.row("a fault", "none | all", "1")

def test_broken(report):
    report.row("worse", "all", "0")
    assert False
'''

WRITTEN = """# Reliability

## A fault

| fault | promise | measured | verdict |
| --- | --- | --- | --- |
| a fault | none \\| all | 1 | held |
| worse | all | 0 | BROKEN |
"""


def test_a_run_writes_its_own_sections(tmp_path: Path) -> None:
    tests, report = tmp_path / "test_fault.py", tmp_path / "report.md"
    tests.write_text(TESTS)
    environment = {**os.environ, "RELIABILITY_REPORT": str(report), "PYTHONPATH": str(Path(__file__).parent)}
    command = [sys.executable, "-m", "pytest", "-p", "promises", "--rootdir", str(tmp_path), str(tests)]

    def run() -> None:
        done = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, check=False, timeout=30)
        assert done.returncode == 1, done.stdout

    run()
    assert report.read_text() == WRITTEN
    other = "\n## Another\n\nof another run\n"
    report.write_text(WRITTEN.replace("| held", "| older") + other)
    run()
    assert report.read_text() == WRITTEN + other
