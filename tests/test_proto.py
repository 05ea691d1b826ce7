"""The generated code is what the proto files say."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_generated_code_is_fresh(tmp_path: Path) -> None:
    subprocess.run(
        [ROOT / "scripts/proto.sh", tmp_path], check=True, env={"PYTHON": sys.executable, "PATH": "/usr/bin:/bin"}
    )
    generated = ("*_pb2*.py*", "*.binpb")
    fresh, committed = (
        {path.name: path.read_bytes() for pattern in generated for path in folder.glob(pattern)}
        for folder in (tmp_path / "erlang_docker/v1", ROOT / "services/erlang_docker/v1")
    )
    assert fresh == committed
