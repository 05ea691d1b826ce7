"""`make run`'s command: what it prints, and how it ends."""

import os
import re
import signal
import socket
import subprocess
from pathlib import Path
from urllib.request import urlopen

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
        with urlopen(f"http://127.0.0.1:{base + 103}/faults") as faults:  # of nodes that are for trying
            assert faults.read() == b"{}\n"
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=40)
    assert errors == ""
    return printed, nodes, process.returncode


def test_run_and_run_again(tmp_path: Path, base: int) -> None:
    for _ in range(2):
        printed, nodes, status = run_until_welcome(tmp_path, base)
        assert f"http://127.0.0.1:{base + 90}" in printed
        assert f"curl -d '{{}}' http://127.0.0.1:{base + 80}/node" in printed
        assert printed.count("is ready") == 6
        assert status == 0
        # Once all are ready, one more for each kind looks which files it is made of.
        assert len(nodes) in (6, 7, 8)
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


def make(*words: str) -> str:
    done = subprocess.run(
        ["make", "--no-print-directory", *words], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return done.stdout


@pytest.mark.parametrize(
    ("variables", "options"),
    [
        ([], "--base 30000 --a 3 --b 3 --module-a node_a --module-b node_b"),
        (["BASE=31000", "A=5", "B=7"], "--base 31000 --a 5 --b 7 --module-a node_a --module-b node_b"),
        (["MODULE_A=shop.a", "MODULE_B=shop.b"], "--base 30000 --a 3 --b 3 --module-a shop.a --module-b shop.b"),
    ],
)
def test_make_run_takes_ports_counts_and_modules(variables: list[str], options: str) -> None:
    assert make("--dry-run", "run", *variables) == f"scripts/run.sh {options}\n"


def test_make_help_has_a_line_for_each_target() -> None:
    makefile = (ROOT / "Makefile").read_text().replace("\\\n", " ")
    targets = {name for line in re.findall(r"^\.PHONY: (.+)$", makefile, re.MULTILINE) for name in line.split()}
    assert targets == {
        name for line in re.findall(r"^([a-z][a-z0-9_ ]*):", makefile, re.MULTILINE) for name in line.split()
    }
    told = [line.split(maxsplit=1) for line in make("help").splitlines() if line.startswith("  ")]
    assert {name for name, _ in told} == targets


def test_ten_nodes_of_each_kind_have_ports_of_their_own() -> None:
    """And the first three have those that they had when there were three."""
    plan = Plan(Path("data"), replicas={"a": 10, "b": 10})
    ports = [address.port for address in plan.addresses()]
    assert len(ports) == len(set(ports)) == 4 + 20 * 5
    assert (min(ports), max(ports)) > (plan.base, 0)  # the first one is what tests hold
    assert max(ports) < plan.base + 200
    firsts = [node.http.port - plan.base for node in plan.nodes]
    assert (firsts[:3], firsts[10:13]) == ([100, 110, 120], [130, 140, 150])
    assert [node.label for node in Plan(Path("data"), replicas={"a": 1, "b": 2}).nodes] == ["a-0", "b-0", "b-1"]


@pytest.mark.parametrize("count", ["0", "11", "shop.a"])
def test_counts_that_cannot_be_are_refused(count: str, tmp_path: Path) -> None:
    with start(tmp_path, 1, "--a", count) as process:
        printed, errors = process.communicate(timeout=20)
    assert (process.returncode, printed) == (2, "")
    assert "argument --a: " in errors


@pytest.mark.parametrize(("given", "allowed"), [(None, "1"), ("0", "0")])
def test_the_environment_may_forbid_to_break_nodes(
    given: str | None, allowed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("FAULT_SWITCHES", raising=False)
    if given is not None:
        monkeypatch.setenv("FAULT_SWITCHES", given)
    plan = Plan(tmp_path, fault_switches=True)
    assert {plan.environ(node)["FAULT_SWITCHES"] for node in plan.nodes} == {allowed}


@pytest.mark.parametrize(("given", "kept"), [(None, ""), ("", ""), ("mine:more", "mine:more:")])
def test_a_node_finds_what_its_cluster_finds(
    given: str | None, kept: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PYTHONPATH", raising=False)
    if given is not None:
        monkeypatch.setenv("PYTHONPATH", given)
    plan = Plan(tmp_path)
    assert {plan.environ(node)["PYTHONPATH"] for node in plan.nodes} == {f"{kept}{SERVICES}"}
