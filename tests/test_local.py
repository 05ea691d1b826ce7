"""`make run`'s command: what it prints, and how it ends."""

import os
import signal
import socket
import subprocess
from pathlib import Path

import pytest

from erlang_docker.local.plan import Plan
from make_run import ROOT, SERVICES, start, until_welcome


def children(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children")
    if listed.exists():
        return [int(child) for child in listed.read_text().split()]
    found = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False).stdout
    return [int(child) for child in found.split()]


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def run_until_welcome(data: Path, base: int) -> tuple[str, list[int], int]:
    """What it printed, the processes it had, and its exit status after Ctrl-C."""
    with start(data, base) as process:
        printed = until_welcome(process)
        nodes = children(process.pid)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=10)
    assert errors == ""
    return printed, nodes, process.returncode


def test_run_and_run_again(tmp_path: Path, base: int) -> None:
    for _ in range(2):
        printed, nodes, status = run_until_welcome(tmp_path, base)
        assert f"http://127.0.0.1:{base + 90}" in printed
        assert f"curl -d '{{}}' http://127.0.0.1:{base + 80}/node" in printed
        assert printed.count("is ready") == 6
        assert status == 0
        assert len(nodes) == 6
        assert not any(map(is_alive, nodes))
    log = (Plan(tmp_path).nodes[0].data_dir / "log/node.log").read_text()
    assert '"boot_epoch": 1' in log
    assert '"boot_epoch": 2' in log


def test_a_taken_port_is_named(tmp_path: Path, base: int) -> None:
    port = base + 80
    with socket.create_server(("127.0.0.1", port)), start(tmp_path, base) as process:
        printed, errors = process.communicate(timeout=20)
    assert (process.returncode, printed) == (1, "")
    assert errors == f"port {port} is taken; `lsof -nP -iTCP:{port} -sTCP:LISTEN` shows by whom\n"


@pytest.mark.parametrize(
    ("variables", "options"), [([], "--a node_a --b node_b"), (["A=shop.a", "B=shop.b"], "--a shop.a --b shop.b")]
)
def test_make_run_names_what_the_nodes_run(variables: list[str], options: str) -> None:
    command = ["make", "--no-print-directory", "--dry-run", "run", *variables]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == f"scripts/run.sh {options}\n"


@pytest.mark.parametrize(("given", "kept"), [(None, ""), ("", ""), ("mine:more", "mine:more:")])
def test_a_node_finds_what_its_cluster_finds(
    given: str | None, kept: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PYTHONPATH", raising=False)
    if given is not None:
        monkeypatch.setenv("PYTHONPATH", given)
    plan = Plan(tmp_path)
    assert {plan.environ(node)["PYTHONPATH"] for node in plan.nodes} == {f"{kept}{SERVICES}"}
