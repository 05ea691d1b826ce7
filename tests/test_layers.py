"""The house: a lower floor never imports a higher one, rooms of one floor do not import each other."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

SERVICES = Path(__file__).parent.parent / "services"
FLOORS = (
    {
        "errors",
        "names",
        "identity",
        "addresses",
        "environment",
        "credentials",
        "variables",
        "settings",
        "client_settings",
        "tokens",
        "limits",
        "signals",
        "release",
        "parts",
        "trace",
        "trace_context",
        "v1",
    },
    {"call", "crash", "wire", "metrics", "turns", "plain_sockets", "rpc_status", "reloaded"},
    {"link", "storage", "loop_watch", "readiness", "secret_files", "log_level", "tracing"},
    {"peers"},
    {"functions", "cluster"},
    {"console", "client", "faults"},
    {"servers", "backups"},
    {"node"},
    {"lifecycle"},
    {"local", "cli", "process", "acceptance"},
)
FLOOR = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}
# Simple values that rooms of the lowest floor are made of.
SHARED = {"errors", "names", "identity", "addresses", "credentials", "variables", "tokens", "limits", "trace_context"}
ONLY_IN = {
    "grpc": {"rpc_status", "link", "cluster", "servers", "v1", "client", "acceptance"},
    "grpc_health": {"servers", "acceptance"},
    "grpc_reflection": {"servers", "acceptance"},
    "aiohttp": {"servers", "acceptance"},
    "httptools": {"peers", "servers"},
    "prometheus_client": {"metrics"},
    "opentelemetry": {"tracing"},
    "sqlite3": {"storage"},
    "rich": {"local"},
    "click": {"cli"},
}


def modules() -> Iterator[tuple[str, Path]]:
    for path in sorted((SERVICES / "erlang_docker").rglob("*.py")):
        room = path.relative_to(SERVICES / "erlang_docker").parts[0].removesuffix(".py")
        if room != "__init__":
            yield room, path


def imports(source: str) -> Iterator[str]:
    for item in ast.walk(ast.parse(source)):
        if isinstance(item, ast.Import):
            yield from (alias.name for alias in item.names)
        elif isinstance(item, ast.ImportFrom) and item.module:
            yield from (f"{item.module}.{alias.name}" for alias in item.names)


def broken_rules(room: str, source: str) -> list[str]:
    found = []
    for name in imports(source):
        package, _, rest = name.partition(".")
        other = rest.partition(".")[0]
        if package == "erlang_docker" and other != room and FLOOR[other] >= FLOOR[room] and other not in SHARED:
            found.append(f"{room} imports {name}")
        if room not in ONLY_IN.get(package, {room}):
            found.append(f"{room} imports {name}")
        if package in {"node_a", "node_b"}:
            found.append(f"{room} imports {name}")
    if "os.environ" in source and room != "environment":
        found.append(f"{room} reads os.environ")
    return found


@pytest.mark.parametrize(("room", "path"), list(modules()), ids=lambda value: str(value).rpartition("services/")[2])
def test_rooms_keep_to_their_floor(room: str, path: Path) -> None:
    assert broken_rules(room, path.read_text()) == []


@pytest.mark.parametrize("kind", ["a", "b"])
def test_a_release_knows_only_itself(kind: str) -> None:
    other = {"a": "node_b", "b": "node_a"}[kind]
    for path in (SERVICES / f"node_{kind}").rglob("*.py"):
        assert not any(name.startswith(other) for name in imports(path.read_text()))


@pytest.mark.parametrize(
    ("room", "source"),
    [
        ("wire", "from erlang_docker.servers.http import serve_http"),
        ("storage", "from erlang_docker.functions import table"),
        ("peers", "import aiohttp"),
        ("node", "import os\nos.environ['X']"),
    ],
)
def test_a_planted_fault_is_found(room: str, source: str) -> None:
    assert broken_rules(room, source)


def test_the_map_has_every_room_on_its_floor() -> None:
    """CONTRIBUTING.md draws it from above."""
    text = (SERVICES.parent / "CONTRIBUTING.md").read_text()
    for number, rooms in enumerate(FLOORS):
        (row,) = re.findall(rf"^\| {number} \| (.+) \|$", text, re.MULTILINE)
        assert rooms <= set(re.findall(r"`(\w+)`", row))
