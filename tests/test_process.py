"""How the process of a node ends when it cannot start: one line, and a status that says whether to try again."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from erlang_docker.local.plan import Plan

LIFESPAN = """
from erlang_docker import Release, run

def lifespan():
    raise ConnectionRefusedError("no database")

run(Release("a", "b", lifespan=lifespan))
"""


def start(plan: Plan, *python: str, **changes: str) -> subprocess.CompletedProcess[str]:
    environ = {**plan.environ(plan.nodes[0]), **changes}
    return subprocess.run(
        [sys.executable, *python], env=environ, capture_output=True, text=True, check=False, timeout=30
    )


@pytest.fixture
def plan(tmp_path: Path, base: int) -> Plan:
    made = Plan(tmp_path, base)
    made.prepare()
    return made


@pytest.mark.parametrize("variable", ["HTTP_PORT", "WS_PORT", "GRPC_PORT", "ADMIN_PORT"])
def test_a_port_that_is_taken(variable: str, plan: Plan) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = start(plan, "-m", "node_a", **{variable: str(port)})
    last = ended.stderr.splitlines()[-1]  # gRPC itself writes one before
    assert ended.returncode == 1
    assert last.startswith("erlang-docker-a: ")
    assert str(port) in last
    assert str(plan.data_dir) not in last


def test_a_lifespan_that_does_not_start(plan: Plan) -> None:
    ended = start(plan, "-c", LIFESPAN)
    why = "erlang-docker-a: the lifespan did not start: ConnectionRefusedError('no database')\n"
    assert (ended.returncode, ended.stderr) == (1, why)


def test_a_cookie_that_is_not_there(plan: Plan) -> None:
    ended = start(plan, "-m", "node_a", COOKIE_FILE="/nowhere/cookie")
    assert ended.returncode == 78
    assert ended.stderr == "erlang-docker-a: COOKIE_FILE: [Errno 2] No such file or directory: '/nowhere/cookie'\n"


def test_a_volume_of_another_node(plan: Plan) -> None:
    first, second, *_ = plan.nodes
    os.mkdir(first.data_dir)
    ended = start(plan, "-c", LIFESPAN)  # the volume has its owner now
    assert ended.returncode == 1
    ended = start(plan, "-c", LIFESPAN, ERLANG_HOST_NAME=second.name.host)
    assert ended.returncode == 78
    assert f"the volume belongs to node {first.name}" in ended.stderr
