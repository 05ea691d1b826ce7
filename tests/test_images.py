"""The two images: one recipe, what goes in, and that it is enough to run a node."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def dockerfile(kind: str) -> str:
    return (ROOT / f"Dockerfile.{kind}").read_text()


def test_they_differ_in_the_node_s_name_alone() -> None:
    named = {kind: re.sub(rf"\b(node[ _]|kind |erlang-docker-){kind}\b", r"\1X", dockerfile(kind)) for kind in "ab"}
    assert dockerfile("a") != dockerfile("b")
    assert named["a"] == named["b"]


def test_releases_are_built_on_one_digest_of_the_same_base() -> None:
    (pinned,) = re.findall(r"^FROM (\S+)$", (ROOT / ".github/base/Dockerfile").read_text(), re.MULTILINE)
    assert re.fullmatch(r"\S+@sha256:[0-9a-f]{64}", pinned)
    for kind in "ab":
        (base,) = re.findall(r"^ARG BASE=(\S+)$", dockerfile(kind), re.MULTILINE)
        assert pinned.startswith(f"{base}@")
        assert re.findall(r"^FROM (\S+)", dockerfile(kind), re.MULTILINE) == ["$BASE", "$BASE"]


@pytest.mark.parametrize("kind", ["a", "b"])
def test_the_user_is_a_number_above_those_of_machines(kind: str) -> None:
    (user, group) = re.findall(r"^USER (\d+):(\d+)$", dockerfile(kind), re.MULTILINE)[0]
    assert min(int(user), int(group)) > 10000


@pytest.mark.parametrize("kind", ["a", "b"])
def test_what_is_copied_is_enough(kind: str, tmp_path: Path) -> None:
    """A node starts from what the image holds of the sources, as far as its first look at the environment."""
    for source, target in re.findall(r"^COPY (services/\S+) (\S+)$", dockerfile(kind), re.MULTILINE):
        (tmp_path / target).symlink_to(ROOT / source)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["erlang_docker", f"node_{kind}", "otp"]
    (module,) = re.findall(r'^ENTRYPOINT \["python", "-m", "(\w+)"\]$', dockerfile(kind), re.MULTILINE)
    started = subprocess.run(
        [sys.executable, "-m", module], cwd=tmp_path, env={}, capture_output=True, text=True, check=False, timeout=30
    )
    assert (started.returncode, started.stderr) == (78, f"erlang-docker-{kind}: ERLANG_HOST_NAME is not set\n")
