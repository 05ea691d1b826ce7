"""The systems that are measured: a pair of nodes each, and how they are started, found ready, weighed and stopped."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from erlang_docker.local.plan import LOOPBACK

BUILT = Path(__file__).parents[1] / "build" / "bench"
NODES, LOAD = {0}, {1}
"""The cores of the nodes, and of what measures them."""
PING = b"GET /ping HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
START_SECONDS = 20
KINDS = {"a": "b", "b": "a"}
"""Kind to the other one."""


@dataclass(frozen=True)
class Ports:
    http: int
    ws: int
    grpc: int
    admin: int


@dataclass(frozen=True)
class Site:
    """Where a pair runs: a folder of its own, and thirty ports."""

    folder: Path
    base: int

    def ports(self, kind: str) -> Ports:
        first = self.base + 10 * list(KINDS).index(kind)
        return Ports(first, first + 1, first + 2, first + 3)

    @property
    def balancer(self) -> int:
        return self.base + 20


Command = tuple[list[str], dict[str, str]]
"""Arguments, and what they need in the environment."""


def ours(kind: str, site: Site) -> Command:
    ports = site.ports(kind)
    site.folder.mkdir(exist_ok=True)
    (site.folder / "cookie").write_text("c" * 32)
    return [sys.executable, "-m", f"node_{kind}"], {
        "ERLANG_HOST_NAME": f"erlang-docker-{kind}-sfs-0.localhost",
        "LISTEN_ADDRESS": LOOPBACK,
        "LOCAL_IP": LOOPBACK,
        "DATA_DIR": str(site.folder / kind),
        "COOKIE_FILE": str(site.folder / "cookie"),
        "HTTP_PORT": str(ports.http),
        "WS_PORT": str(ports.ws),
        "GRPC_PORT": str(ports.grpc),
        "ADMIN_PORT": str(ports.admin),
        **{f"{other.upper()}_SERVICE_DOMAIN": f"{LOOPBACK}:{site.ports(other).http}" for other in KINDS},
    }


def erlang(kind: str, site: Site) -> Command:
    ports, service = site.ports(kind), site.ports(KINDS[kind]).http
    arguments = f"-noinput -name {erlang_name(kind)} -setcookie bench -start_epmd false -s bench_node start"
    only_here = ["-kernel", "inet_dist_use_interface", "{127,0,0,1}", "-pa", str(BUILT)]
    return ["erl", *arguments.split(), str(ports.http), str(ports.ws), str(service), *only_here], {}


def plain(kind: str, site: Site) -> Command:
    ports, other = site.ports(kind), site.ports(KINDS[kind])
    arguments = [sys.executable, str(Path(__file__).with_name("plain_node.py")), "--name", erlang_name(kind)]
    arguments += ["--ports", str(ports.http), str(ports.ws), str(ports.grpc), "--peer", erlang_name(KINDS[kind])]
    return [*arguments, f"http://{LOOPBACK}:{other.http}/node", f"{LOOPBACK}:{other.grpc}"], {}


def unary(kind: str, site: Site) -> Command:
    arguments, environ = plain(kind, site)
    return [*arguments, "--through", f"{LOOPBACK}:{site.balancer}"], environ


def our_name(kind: str) -> str:
    return f"erlang-docker-{kind}@erlang-docker-{kind}-sfs-0.localhost"


def erlang_name(kind: str) -> str:
    return f"erlang-docker-{kind}@{LOOPBACK}"


@dataclass(frozen=True)
class System:
    key: str
    title: str
    command: Callable[[str, Site], Command]
    name: Callable[[str], str]


SYSTEMS = (
    System("ours", "erlang_docker", ours, our_name),
    System("erlang", "Erlang pair", erlang, erlang_name),
    System("plain", "plain Python", plain, erlang_name),
    System("unary", "unary, no pick", unary, erlang_name),
)


@dataclass(frozen=True)
class Pair:
    """Two nodes that run."""

    system: System
    site: Site
    pids: dict[str, int]
    ping_ms: float
    """From the start of node a to its first answer."""


@contextmanager
def started(command: Command, cores: set[int]) -> Iterator[subprocess.Popen[bytes]]:
    """A process on some cores from its first thread on, until the context ends."""
    arguments, environ = command
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores)
    process = subprocess.Popen(arguments, env={**os.environ, **environ}, stdout=subprocess.DEVNULL)
    os.sched_setaffinity(0, before)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


@contextmanager
def running(system: System, site: Site, cores: set[int] = NODES) -> Iterator[Pair]:
    """Node b, then node a; with the load the balancer, which a cluster has in its kernel."""
    with (
        started(system.command("b", site), cores) as b,
        started(balancer(site), LOAD),
    ):
        wait_for_ping(b, site.ports("b").http)
        start = time.perf_counter()
        with started(system.command("a", site), cores) as a:
            wait_for_ping(a, site.ports("a").http)
            ping_ms = (time.perf_counter() - start) * 1e3
            yield Pair(system, site, {"a": a.pid, "b": b.pid}, ping_ms)


def balancer(site: Site) -> Command:
    program = str(Path(__file__).with_name("balance.py"))
    return [sys.executable, program, str(site.balancer), str(site.ports("b").grpc)], {}


def wait_for_ping(node: subprocess.Popen[bytes], port: int) -> None:
    end = time.perf_counter() + START_SECONDS
    while time.perf_counter() < end:
        with suppress(OSError), socket.create_connection((LOOPBACK, port), timeout=1) as connection:
            connection.sendall(PING)
            if b" 200 " in connection.recv(4096):
                return
        if node.poll() is not None:
            raise RuntimeError(f"ended with {node.returncode}: {node.args!r}")
        time.sleep(0.001)
    raise TimeoutError(f"no answer to /ping on {port}")


def memory_mb(pid: int) -> tuple[float, float]:
    """RSS and PSS of a process and its children."""
    rss, pss = 0.0, 0.0
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        name, _, value = line.partition(":")
        if name == "Rss":
            rss += int(value.split()[0]) / 1024
        elif name == "Pss":
            pss += int(value.split()[0]) / 1024
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in children.read_text().split():
            child_rss, child_pss = memory_mb(int(child))
            rss, pss = rss + child_rss, pss + child_pss
    return rss, pss
