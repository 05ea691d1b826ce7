"""scripts/venv.sh: how far it is, and what becomes of an error; pip is a script that says what pip says."""

import shutil
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parent.parent / "scripts/venv.sh"
PIP = """\
#!/bin/sh
echo "Looking in links: /wheels"
echo "Collecting one==1.0 (from -r requirements.txt (line 1))"
echo "  Downloading one-1.0.whl (12 kB)"
echo "Requirement already satisfied: two==2.0 in ./lib"
[ ! -e broken ] || { echo "ERROR: No matching distribution found for three" >&2; exit 1; }
echo "Installing collected packages: one"
echo "Successfully installed one-1.0"
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    (tmp_path / "scripts").mkdir()
    shutil.copy(SCRIPT, tmp_path / "scripts")
    (tmp_path / ".venv/bin").mkdir(parents=True)
    (tmp_path / ".venv/bin/python").write_text(PIP)
    (tmp_path / ".venv/bin/python").chmod(0o755)
    (tmp_path / "requirements.txt").write_text("one==1.0 \\\n    --hash=sha256:00\ntwo==2.0 \\\n    --hash=sha256:00\n")
    return tmp_path


def run(checkout: Path) -> tuple[int, list[str]]:
    done = subprocess.run(
        [checkout / "scripts/venv.sh", "requirements.txt"], capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
    return done.returncode, [
        line.removeprefix("Installing requirements.txt into .venv: ") for line in done.stdout.splitlines()
    ]


def test_each_package_is_a_step_and_a_second_time_costs_nothing(checkout: Path) -> None:
    steps = ["1 of 2, one", "2 of 2, two", "unpacking 2 packages", "Installed requirements.txt into .venv: 2 packages"]
    assert run(checkout) == (0, steps)
    assert run(checkout) == (0, [])


def test_an_error_is_shown_and_not_taken_for_success(checkout: Path) -> None:
    (checkout / "broken").touch()
    for _ in range(2):
        status, told = run(checkout)
        assert (status, told[-1]) == (1, "ERROR: No matching distribution found for three")
