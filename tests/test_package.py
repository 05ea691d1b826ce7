"""The wheel: what is in it, and that it is enough; and the one version that everything has."""

import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from erlang_docker.identity import VERSION

ROOT = Path(__file__).parent.parent
SERVICES = ROOT / "services"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from a copy of what it is made of, without a network."""
    source, built = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    shutil.copytree(SERVICES, source / "services", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    pip("wheel", "--no-build-isolation", "--wheel-dir", str(built), str(source))
    (path,) = built.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def site(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that the wheel is installed in."""
    folder = tmp_path_factory.mktemp("site")
    pip("install", "--target", str(folder), str(wheel))
    return folder


def pip(*arguments: str) -> None:
    command, *others = arguments
    subprocess.run(
        [
            sys.executable,
            "-m",
            "pip",
            "--quiet",
            "--disable-pip-version-check",
            command,
            "--no-index",
            "--no-deps",
            *others,
        ],
        check=True,
    )


def run(site: Path, *command: str | Path) -> subprocess.CompletedProcess[str]:
    """With the site and what this interpreter has installed, but not the sources."""
    environ = {"PATH": os.environ["PATH"], "PYTHONPATH": str(site)}
    return subprocess.run(command, cwd=site, env=environ, capture_output=True, text=True, check=False, timeout=30)


def test_it_holds_what_the_sources_hold(wheel: Path) -> None:
    files = (path for path in SERVICES.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    with zipfile.ZipFile(wheel) as archive:
        packed = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert packed == {str(path.relative_to(SERVICES)) for path in files}
    assert {"erlang_docker/py.typed", "otp/py.typed", "erlang_docker/servers/page/index.html"} <= packed


def test_its_command_runs_where_it_is_installed(site: Path) -> None:
    done = run(site, site / "bin/erlang-docker", "--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("Usage: erlang-docker ")
    where = run(site, sys.executable, "-c", "import erlang_docker.cli; print(erlang_docker.cli.__file__)")
    assert Path(where.stdout.strip()) == site / "erlang_docker/cli/__init__.py"


@pytest.mark.parametrize("kind", ["a", "b"])
def test_a_node_starts_where_it_is_installed(kind: str, site: Path) -> None:
    done = run(site, sys.executable, "-m", f"node_{kind}")
    assert (done.returncode, done.stderr) == (78, f"erlang-docker-{kind}: ERLANG_HOST_NAME is not set\n")


def test_the_package_and_the_chart_have_the_code_s_version(wheel: Path) -> None:
    chart = (ROOT / "charts/erlang-docker/Chart.yaml").read_text()
    assert wheel.name == f"erlang_docker-{VERSION}-py3-none-any.whl"
    assert re.findall(r'^(?:version|appVersion): "?([^"\n]+)"?$', chart, re.MULTILINE) == [VERSION] * 2


@pytest.mark.parametrize(("tag", "status"), [(f"v{VERSION}", 0), (VERSION, 1), (f"v{VERSION}0", 1)])
def test_a_release_is_tagged_with_the_code_s_version(tag: str, status: int) -> None:
    done = subprocess.run([ROOT / "scripts/check-tag.sh", tag], capture_output=True, text=True, check=False)
    assert done.returncode == status
    assert bool(status) == (VERSION in done.stderr)
