"""Runs strangers' suites against one node and prints what they count; scripts/strangers.sh installs them."""

import asyncio
import json
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from grpc import aio

from erlang_docker.local.plan import NodePlan, Plan
from ports import free_ports

ROOT = Path(__file__).parent.parent
SLOW = {"headers": ["-H"], "body": ["-B"], "reading": ["-X"], "range": ["-R"]}
TOO_LONG_OR_COMPRESSED = ["9.*", "12.*", "13.*"]


@contextmanager
def one_node(folder: Path) -> Iterator[NodePlan]:
    """A node's process on free ports."""
    with free_ports() as base:
        plan = Plan(folder, base)
        plan.prepare()
        node = plan.nodes[0]
        with (
            open(folder / "node.log", "w") as log,
            subprocess.Popen([sys.executable, "-m", "node_a"], env=plan.environ(node), stdout=log) as process,
        ):
            try:
                output("curl", "-s", "--retry", "50", "--retry-connrefused", f"http://{node.admin}/readyz")
                yield node
            finally:
                process.terminate()


def output(*command: str) -> str:
    """What it prints, whatever it finds."""
    return subprocess.run(command, capture_output=True, text=True, timeout=600, check=False).stdout


def autobahn(node: NodePlan) -> str:
    """Autobahn's cases for WebSockets. Those of 1.2 want binary frames echoed; here they are refused."""
    with tempfile.TemporaryDirectory() as folder:
        skip = [word for cases in TOO_LONG_OR_COMPRESSED for word in ("-x", cases)]
        output("kosoku", f"ws://{node.ws}/websocket", *skip, "-o", folder)
        (cases,) = json.loads((Path(folder) / "index.json").read_text()).values()
    failed = [case for case, result in cases.items() if result["behavior"] == "FAILED"]
    return f"{dict(Counter(result['behavior'] for result in cases.values()))}, failed: {' '.join(sorted(failed))}"


def h2spec(node: NodePlan) -> str:
    """HTTP/2, beside what a server of bare grpcio does."""
    ours = _h2spec(node.grpc.port)
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


def slow(node: NodePlan) -> str:
    """slowhttptest: 400 connections, each of the four kinds of slowness, against both HTTP ports."""
    results = []
    for name, address in (("8080", node.http), ("9090", node.ws)):
        for kind, mode in SLOW.items():
            url = f"http://{address}/{'ping' if name == '8080' else ''}"
            said = output("slowhttptest", "-c", "400", *mode, "-i", "5", "-r", "200", "-l", "15", "-p", "3", "-u", url)
            plain = re.sub(r"\x1b\[[0-9;]*m", "", said)
            available = re.findall(r"service available:\s+(\w+)", plain)
            results.append(f"{name} {kind}: available {available.count('YES')} of {len(available)} looks")
    return "; ".join(results)


def openapi(node: NodePlan) -> str:
    """schemathesis. That every method gets a 200 is the original's way."""
    checks = "unsupported_method,negative_data_rejection"
    url = f"http://{node.http}"
    said = output("st", "run", str(ROOT / "docs/openapi.yaml"), "--url", url, "-n", "200", "--exclude-checks", checks)
    return next(line.strip() for line in said.splitlines() if "generated" in line)


SUITES: dict[str, Callable[[NodePlan], str]] = {suite.__name__: suite for suite in (autobahn, h2spec, slow, openapi)}


def main(wanted: list[str]) -> None:
    """Those that are named, else all."""
    with tempfile.TemporaryDirectory() as folder, one_node(Path(folder)) as node:
        for name in wanted or SUITES:
            print(f"{name}: {SUITES[name](node)}", flush=True)  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1:])
