"""`make clean`."""

import shutil
import subprocess
from pathlib import Path

from flow.stand_ins import PROJECT


def test_what_was_made_goes_and_what_was_stored_stays(tmp_path: Path) -> None:
    (tmp_path / "scripts").mkdir()
    shutil.copy(PROJECT / "scripts/clean.sh", tmp_path / "scripts")
    stay = ["data/a-0/__pycache__/kept", ".vm/id_ed25519", "services/otp/kept.py"]
    go = [
        ".venv/bin/python",
        "build/x",
        "docker_images/a.tar",
        "k8s_yaml/all.yaml",
        "services/otp/__pycache__/kept.pyc",
    ]
    for name in (*stay, *go):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    for _ in range(2):
        subprocess.run([tmp_path / "scripts/clean.sh"], check=True)
    left = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()}
    assert left == {*stay, "scripts/clean.sh"}
