"""Runs strangers' suites and clients against a node and prints what they count; scripts/strangers.sh installs them.

Exit status 1 when a client's check failed.
"""

import asyncio
import json
import os
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from grpc import aio

from documents import run_by
from erlang_docker.local.plan import NodePlan, Plan
from ports import free_ports

ROOT = Path(__file__).parent.parent
SLOW = {"headers": ["-H"], "body": ["-B"], "reading": ["-X"], "range": ["-R"]}
CLIENTS = (
    ("node build/strangers/node/ws.mjs", "ws"),
    ("python -m clients.python.websockets_client", "ws"),
    ("node build/strangers/node/grpc.mjs", "grpc"),
    ("node build/strangers/typescript/connect.js", "grpc"),
    ("python -m clients.python.grpclib_client", "grpc"),
    ("go-client", "grpc"),
)
"""Each with the port that it speaks to."""
TYPED = run_by("scripts/strangers.py")
"""Blocks of documents."""
TOKEN = "a-token-of-those-who-run"
TOO_LONG_OR_COMPRESSED = ["9.*", "12.*", "13.*"]


@dataclass(frozen=True)
class Pair:
    """A node of each kind; `a` is the one that is looked at."""

    a: NodePlan
    b: NodePlan


class Failed(Exception):
    """What was counted, when something failed that must not."""


@contextmanager
def two_nodes(folder: Path, **environ: str) -> Iterator[Pair]:
    """Processes on free ports, each the whole service of its kind; with more variables."""
    with free_ports() as base, ExitStack() as stack:
        plan = Plan(folder, base)
        plan.prepare()
        nodes = {node.name.kind: node for node in plan.nodes if node.ordinal == 0}
        services = {f"{kind.upper()}_SERVICE_DOMAIN": str(node.http) for kind, node in nodes.items()}
        for node in nodes.values():
            stack.enter_context(running(node, plan.environ(node) | services | environ))
        yield Pair(**nodes)


@contextmanager
def running(node: NodePlan, environ: dict[str, str]) -> Iterator[None]:
    """Its process, ready."""
    command = [sys.executable, "-m", node.module]
    with (
        (node.data_dir.parent / f"{node.label}.log").open("w") as log,
        subprocess.Popen(command, env=environ, stdout=log) as process,
    ):
        try:
            output("curl", "-s", "--retry", "50", "--retry-connrefused", f"http://{node.admin}/readyz")
            yield
        finally:
            process.terminate()


def output(*command: str, folder: str = ".") -> str:
    """What it prints, whatever it finds."""
    return subprocess.run(command, capture_output=True, text=True, timeout=600, check=False, cwd=folder).stdout


def autobahn(pair: Pair) -> str:
    """Autobahn's cases for WebSockets. Those of 1.2 want binary frames echoed; here they are refused."""
    with tempfile.TemporaryDirectory() as folder:
        skip = [word for cases in TOO_LONG_OR_COMPRESSED for word in ("-x", cases)]
        output("kosoku", f"ws://{pair.a.ws}/websocket", *skip, "-o", folder)
        (cases,) = json.loads((Path(folder) / "index.json").read_text()).values()
    failed = [case for case, result in cases.items() if result["behavior"] == "FAILED"]
    return f"{dict(Counter(result['behavior'] for result in cases.values()))}, failed: {' '.join(sorted(failed))}"


def h2spec(pair: Pair) -> str:
    """HTTP/2, beside what a server of bare grpcio does."""
    ours = _h2spec(pair.a.grpc.port)
    return f"{ours}; bare grpcio: {asyncio.run(_bare_grpc())}"


async def _bare_grpc() -> str:
    server = aio.server()
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    try:
        return await asyncio.to_thread(_h2spec, port)
    finally:
        await server.stop(0)


def _h2spec(port: int) -> str:
    said = output("h2spec", "-h", "127.0.0.1", "-p", str(port), "-o", "1")
    return said.strip().splitlines()[-1]


def slow(pair: Pair) -> str:
    """slowhttptest: 400 connections, each of the four kinds of slowness, against both HTTP ports."""
    results = []
    for name, address in (("8080", pair.a.http), ("9090", pair.a.ws)):
        for kind, mode in SLOW.items():
            url = f"http://{address}/{'ping' if name == '8080' else ''}"
            said = output("slowhttptest", "-c", "400", *mode, "-i", "5", "-r", "200", "-l", "15", "-p", "3", "-u", url)
            plain = re.sub(r"\x1b\[[0-9;]*m", "", said)
            available = re.findall(r"service available:\s+(\w+)", plain)
            results.append(f"{name} {kind}: available {available.count('YES')} of {len(available)} looks")
    return "; ".join(results)


def openapi(pair: Pair) -> str:
    """schemathesis. That every method gets a 200 is the original's way."""
    checks = "unsupported_method,negative_data_rejection"
    url = f"http://{pair.a.http}"
    command = ["st", "run", str(ROOT / "docs/openapi.yaml"), "--url", url, "-n", "200", "--exclude-checks", checks]
    with tempfile.TemporaryDirectory() as folder:  # it leaves its cache where it runs
        said = output(*command, folder=folder)
    return next(line.strip() for line in said.splitlines() if "generated" in line)


def clients(pair: Pair) -> str:
    """tests/clients: users of six libraries, each with the checks that passed."""
    ended = [_client(program, str(getattr(pair.a, port)), pair) for program, port in CLIENTS]
    said = "".join(f"\n{client.stdout.rstrip()}" for client in ended)
    if any(client.returncode for client in ended):
        raise Failed(said)
    return said


def _client(program: str, address: str, pair: Pair) -> subprocess.CompletedProcess[str]:
    command = [*program.split(), address, str(pair.a.name), str(pair.b.name)]
    # None of them sees our code: they know the proto files, the recorded contract, and what the node says of itself.
    environ = os.environ | {"PYTHONPATH": "tests:build/strangers/proto"}
    return subprocess.run(command, env=environ, stdout=subprocess.PIPE, text=True, timeout=600, check=False)


def typed(pair: Pair) -> str:
    """What documents have typed into websocat and grpcurl; in docs/security.md at nodes that want a token."""
    ended = [_type(block.text, pair) for block in TYPED["docs/how-to/clients.md"]]
    with tempfile.TemporaryDirectory() as folder:
        token, header = Path(folder, "token"), Path(folder, "header")
        token.write_text(TOKEN)
        header.write_text(f"Authorization: Bearer {TOKEN}")
        with two_nodes(Path(folder), RUN_TOKEN_FILE=str(token)) as locked:
            for block in TYPED["docs/security.md"]:
                here = block.text.replace("@header", f"@{header}").replace("-file token", f"-file {token}")
                ended.append(_type(here.replace("erlang-docker --", "scripts/cli --"), locked))
    wrong = [block.stdout for block in ended if block.returncode]
    if wrong:
        raise Failed("\n".join(wrong))
    return f"{len(ended)} blocks of commands did what they are said to"


def _type(commands: str, pair: Pair) -> subprocess.CompletedProcess[str]:
    """At the ports of kind a, through the Service or not."""
    for port, door in (("30090", pair.a.ws), ("30051", pair.a.grpc), ("30102", pair.a.grpc)):
        commands = re.sub(rf"\b(?:127\.0\.0\.1|HOST):{port}\b", str(door), commands)
    environ = os.environ | {"TOKEN": TOKEN, "COOKIE_FILE": str(pair.a.data_dir.parent / "cookie")}
    return subprocess.run(
        ["bash", "-euxo", "pipefail", "-c", commands],
        env=environ,
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=60,
        check=False,
    )


SUITES: dict[str, Callable[[Pair], str]] = {
    suite.__name__: suite for suite in (autobahn, h2spec, slow, openapi, clients, typed)
}


def main(wanted: list[str]) -> int:
    """Those that are named, else all."""
    status = 0
    with tempfile.TemporaryDirectory() as folder, two_nodes(Path(folder)) as pair:
        for name in wanted or SUITES:
            try:
                said = SUITES[name](pair)
            except Failed as failed:
                said, status = str(failed), 1
            print(f"{name}: {said}", flush=True)  # noqa: T201
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
