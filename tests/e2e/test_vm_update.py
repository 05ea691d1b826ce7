"""update.sh against a cluster and a registry: needs Docker, helm, KUBECONFIG, and REGISTRY its nodes pull from."""

import json
import os
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from flow.stand_ins import PROJECT

NAMESPACE = "flow-test"
RELEASE = "flow-test"
KINDS = ("a", "b")


def run(*command: str | Path, folder: Path = PROJECT) -> str:
    environment = {**os.environ, "NAMESPACE": NAMESPACE, "RELEASE": RELEASE}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def kubectl(*arguments: str) -> str:
    return run("kubectl", "--namespace", NAMESPACE, *arguments)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """What the master's home holds after `make scp`; its release and namespace go at the end."""
    folder = tmp_path_factory.mktemp("home")
    for kind in KINDS:
        run("scripts/image.sh", kind)
        shutil.copy(PROJECT / f"docker_images/erlang-docker-{kind}.tar", folder)
    shutil.copytree(PROJECT / "charts/erlang-docker", folder / "erlang-docker")
    for script in ("update.sh", "clean-registry.sh"):
        shutil.copy(PROJECT / "scripts/vm" / script, folder)
    yield folder
    volumes = kubectl("get", "pvc", "--output", "jsonpath={.items[*].spec.volumeName}").split()
    run("helm", "uninstall", RELEASE, "--namespace", NAMESPACE, "--wait")
    run("kubectl", "delete", "namespace", NAMESPACE)
    run("kubectl", "delete", "persistentvolume", *volumes)


def update(home: Path) -> str:
    chosen = ",".join(f"nodes.a.service.nodePorts.{door}=null" for door in ("http", "ws", "grpc"))
    return run("./update.sh", "--set", chosen, folder=home)


def pods() -> dict[str, str]:
    """Names and unique ids of the pods."""
    listed = json.loads(
        kubectl("get", "pods", "--selector", f"app.kubernetes.io/instance={RELEASE}", "--output", "json")
    )
    return {item["metadata"]["name"]: item["metadata"]["uid"] for item in listed["items"]}


def failures_while(url: str, work: Callable[[], object]) -> tuple[int, int]:
    """How many asks, each on a connection of its own, were made while work ran, and how many failed."""
    asked, failed, done = 0, 0, threading.Event()

    def ask() -> None:
        nonlocal asked, failed
        while not done.wait(0.05):
            answer = subprocess.run(
                ["curl", "-fsS", "--max-time", "5", "--data", "{}", url], capture_output=True, check=False
            )
            asked += 1
            failed += answer.returncode != 0

    asker = threading.Thread(target=ask)
    asker.start()
    try:
        work()
    finally:
        done.set()
        asker.join()
    return asked, failed


def test_update_installs_then_changes_nothing_then_replaces_what_changed_without_an_outage(home: Path) -> None:
    url = next(line for line in update(home).splitlines() if "/node answers:" in line).split()[0]
    first = pods()
    assert len(first) == 6

    update(home)
    assert pods() == first

    changed = home / "Dockerfile"
    changed.write_text('FROM erlang-docker-a\nLABEL changed="yes"\n')
    run("docker", "build", "--quiet", "--tag", "erlang-docker-a", "--file", changed, home)
    run("docker", "save", "--output", home / "erlang-docker-a.tar", "erlang-docker-a")
    asked, failed = failures_while(url, lambda: update(home))
    second = pods()
    assert {name for name in first if first[name] != second[name]} == {name for name in first if "-a-sfs-" in name}
    assert (asked > 0, failed) == (True, 0)
