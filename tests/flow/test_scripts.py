"""Shell scripts are clean, and the workflows run nothing that can be changed under them."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from flow.stand_ins import PROJECT, Laptop, found

WORKFLOWS = sorted((PROJECT / ".github/workflows").glob("*.yml"))


def shell_scripts() -> list[Path]:
    """Scripts for a shell, by what is in their first lines."""
    folders = (PROJECT / "scripts", PROJECT / ".ci", PROJECT / "tests/flow")
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file() and path.suffix != ".py"]
    return [path for path in files if re.search(r"^#!/.*sh$|^# shellcheck shell=", path.read_text(), re.MULTILINE)]


def test_shellcheck_finds_nothing() -> None:
    shellcheck = Path(sys.executable).with_name("shellcheck")
    done = subprocess.run(
        [shellcheck, "--external-sources", *shell_scripts()], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_scripts_stop_at_the_first_error() -> None:
    started = [path for path in shell_scripts() if path.is_relative_to(PROJECT / "scripts") and path.stat().st_mode & 1]
    lenient = [path.name for path in started if not re.search(r"^set -eu", path.read_text(), re.MULTILINE)]
    assert lenient == ["cli"]  # it sets variables and is replaced by the command line


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_actions_are_pinned_by_commit_and_rights_are_few(path: Path) -> None:
    text = path.read_text()
    uses = re.findall(r"uses: (\S+)(.*)", text)
    outside = [(action, comment) for action, comment in uses if not action.startswith("./")]
    loose = [
        action for action, comment in outside if not re.fullmatch(r"\S+@[0-9a-f]{40} # v[0-9.]+", action + comment)
    ]
    assert loose == []
    assert "\npermissions:\n  contents: read\n" in text
    assert "pull_request_target" not in text


def test_the_workflows_name_scripts_that_are_there() -> None:
    named = {name for path in WORKFLOWS for name in re.findall(r"scripts/[\w/.-]+\.sh", path.read_text())}
    assert "scripts/release/sign.sh" in named
    assert [name for name in sorted(named) if not (PROJECT / name).stat().st_mode & 1] == []


def test_k3s_is_tried_in_the_version_that_is_installed() -> None:
    scripts = (PROJECT / "scripts" / name for name in ("vm/k3s", "clusters/k3s.sh"))
    found = {version for path in scripts for version in re.findall(r"K3S_VERSION:-([^}]+)}", path.read_text())}
    assert len(found) == 1


def test_the_oldest_kubernetes_that_the_chart_names_is_tried() -> None:
    (oldest,) = re.findall(r'kubeVersion: ">=(\d+\.\d+)\.', (PROJECT / "charts/erlang-docker/Chart.yaml").read_text())
    images = re.findall(r"kindest/node:v(\d+\.\d+)\.\d+@sha256:", (PROJECT / ".github/workflows/chart.yml").read_text())
    assert images[0] == oldest


@pytest.mark.parametrize(
    ("target", "scripts"),
    [
        ("build_a", ["scripts/image.sh a"]),
        ("images", ["scripts/image.sh a", "scripts/image.sh b"]),
        ("scp_images", ["scripts/vm/send docker_images/erlang-docker-a.tar docker_images/erlang-docker-b.tar"]),
        ("scp_chart", ["scripts/vm/send charts/erlang-docker"]),
        ("scp_script", ["scripts/vm/send scripts/vm/update.sh scripts/vm/clean-registry.sh"]),
        ("scp_yaml", ["scripts/manifests.sh", "scripts/vm/send k8s_yaml"]),
        ("clean", ["scripts/clean.sh"]),
        ("worker_clean", ["scripts/vm/clean"]),
    ],
)
def test_make_has_the_targets_of_the_original(target: str, scripts: list[str]) -> None:
    done = subprocess.run(
        ["make", "--no-print-directory", "--dry-run", target], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    assert [line.rstrip() for line in done.stdout.splitlines()] == scripts
    assert all((PROJECT / script.split()[0]).exists() for script in scripts)


def test_deploy_builds_then_sends_then_updates() -> None:
    options = "OPTIONS=--set logLevel=DEBUG"
    make = ["make", "--dry-run", "deploy", options]
    done = subprocess.run(make, cwd=PROJECT, capture_output=True, text=True, check=True)
    steps = re.findall(r"^scripts/\S+", done.stdout, re.MULTILINE)
    assert steps == ["scripts/image.sh"] * 2 + ["scripts/vm/send"] * 3 + ["scripts/vm/deploy"]
    assert "scripts/vm/deploy --set logLevel=DEBUG\n" in done.stdout


def test_a_missing_chromium_is_named_and_nothing_is_installed(laptop: Laptop) -> None:
    done = laptop.run("chromium.sh")
    assert (done.returncode, done.stdout) == (1, "")
    assert "On Debian: apt-get install chromium\n" in done.stderr
    (laptop.path[-1] / "chromium").symlink_to(found("true"))
    assert laptop.run("chromium.sh").returncode == 0
