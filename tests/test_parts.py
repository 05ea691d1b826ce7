"""What a node loads: nothing that it may never need, as every start would pay for it."""

import os
import subprocess
import sys
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from typing import get_type_hints

import pytest

from erlang_docker.environment import GRPC_EXPERIMENTS
from erlang_docker.functions.builtin import BUILTIN
from erlang_docker.local.plan import Plan
from otp.export import mark_of
from otp.stdlib import STANDARD

NODE = """
import sys
from erlang_docker import Release, run
run(Release("a", "b"))
print(*sys.modules)
"""
NOT_LOADED = {
    "aiohttp.client",
    "aiohttp.connector",
    "aiohttp.cookiejar",
    "http.server",
    "importlib.metadata",
    "opentelemetry",
    "pebble",
    "prometheus_client.exposition",
    "regex",
    "rich",
    "wsgiref",
}
WHOLE = """
from erlang_docker.parts import load_in_parts

load_in_parts("aiohttp")
from aiohttp import web
from aiohttp.http import WSMsgType

import aiohttp
assert aiohttp.WSMsgType is WSMsgType
assert aiohttp.web is web
assert aiohttp.__version__
assert aiohttp.client.ClientSession is aiohttp.ClientSession
from aiohttp import ClientTimeout
assert not hasattr(aiohttp, "Nothing")
"""


def test_a_node_that_was_asked_nothing(tmp_path: Path, base: int) -> None:
    plan = Plan(tmp_path, base)
    plan.prepare()
    first = plan.nodes[0]
    with subprocess.Popen(
        [sys.executable, "-c", NODE], env=plan.environ(first), stdout=subprocess.PIPE, text=True
    ) as node:
        assert node.stdout is not None
        assert any('"message": "ready"' in line for line in node.stdout)
        with closing(HTTPConnection(first.http.host, first.http.port, timeout=10)) as connection:
            connection.request("GET", "/ping")
            assert connection.getresponse().status == 200
        node.terminate()
        *_, loaded = node.stdout
    assert "aiohttp.web" in loaded.split()
    assert NOT_LOADED & set(loaded.split()) == set()


def test_all_of_a_package_is_there_once_it_is_asked_for() -> None:
    """A release's own functions may use aiohttp's client."""
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    subprocess.run([sys.executable, "-c", WHOLE], env=environ, check=True, timeout=30)


def test_annotations_of_our_own_functions_are_what_they_mean() -> None:
    for module in (*STANDARD, *BUILTIN):
        for function in filter(mark_of, vars(module).values()):
            assert function.__annotations__ == get_type_hints(function)


@pytest.mark.parametrize(("names", "known"), [(GRPC_EXPERIMENTS, True), (("event_engine_of_old",), False)])
def test_what_is_turned_off_in_grpc_is_there(names: tuple[str, ...], known: bool) -> None:
    """gRPC says so at its first channel, and goes on."""
    environ = {**os.environ, "GRPC_EXPERIMENTS": ",".join(f"-{name}" for name in names), "GRPC_VERBOSITY": "ERROR"}
    channel = [sys.executable, "-c", "import grpc; grpc.insecure_channel('localhost:1').close()"]
    said = subprocess.run(channel, env=environ, check=True, timeout=30, capture_output=True, text=True).stderr
    assert ("Unknown experiment" not in said) is known
