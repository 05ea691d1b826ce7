"""Settings from environment variables; the only reader of `os.environ`."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self, TypeVar

from erlang_docker.credentials import TLS, read_cookie
from erlang_docker.errors import NodeError, SettingsError
from erlang_docker.limits import Limits
from erlang_docker.names import KINDS, NodeName

GRPC_EXPERIMENTS = ("event_engine_client", "event_engine_listener", "event_engine_callback_cq")
"""Of gRPC's core as of grpcio 1.85, which it has on; turned off in a node."""
STORE_MAX_BYTES = 512 << 20

Bytes = TypeVar("Bytes", int, None)


@dataclass(frozen=True, slots=True)
class Address:
    """A host name or IP address, and a TCP port."""

    host: str
    port: int

    @classmethod
    def parse(cls, text: str, default_port: int) -> Self:
        """Read `host` or `host:port`."""
        host, colon, port = text.rpartition(":")
        return cls(host, int(port)) if colon else cls(text, default_port)

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """One node's settings."""

    name: NodeName
    services: Mapping[str, Address]
    """Kind to the address of its load-balanced Service."""
    listen_address: str = "0.0.0.0"
    local_ip: str = ""
    """The address to dial when the name does not resolve to this node; empty if unknown."""
    http_port: int = 8080
    ws_port: int = 9090
    grpc_port: int = 50051
    admin_port: int = 8081
    data_dir: Path
    store_max_bytes: int = STORE_MAX_BYTES
    """How much the store may take of the volume."""
    store_reserve_bytes: int | None = None
    """How much of the volume the store's log keeps for itself; None: 8 MiB, or a sixteenth of a small volume."""
    cluster_id: str = "default"
    """The cluster the volume belongs to; a volume of another cluster is refused."""
    cookie: bytes = field(repr=False)
    tls: TLS | None = None
    """None: plaintext gRPC."""
    node_addresses: Mapping[NodeName, Address] = field(default_factory=dict)
    """Where the gRPC of each node of the cluster is, if its name does not lead there."""
    allowed_origins: frozenset[str] = frozenset()
    """Allowed browser origins in addition to the page's own."""
    drain_seconds: float = 5.0
    """How long a stopping node keeps serving, so that every load balancer can stop sending to it."""
    limits: Limits = field(default_factory=Limits)
    log_level: str = "INFO"

    @classmethod
    def from_environ(cls, kind: str, environ: Mapping[str, str] = os.environ) -> Self:
        """Read a pod's environment; SettingsError names the missing or invalid variable."""
        variables = _Variables(environ)
        return cls(
            name=variables.node_name(kind),
            services={k: variables.service(k) for k in KINDS},
            listen_address=environ.get("LISTEN_ADDRESS", "0.0.0.0"),
            local_ip=environ.get("LOCAL_IP", ""),
            http_port=variables.port("HTTP_PORT", 8080),
            ws_port=variables.port("WS_PORT", 9090),
            grpc_port=variables.port("GRPC_PORT", 50051),
            admin_port=variables.port("ADMIN_PORT", 8081),
            data_dir=Path(environ.get("DATA_DIR", f"/mnt/erlang-docker-{kind}-volume")),
            store_max_bytes=variables.size("STORE_MAX_BYTES", STORE_MAX_BYTES),
            store_reserve_bytes=variables.size("STORE_RESERVE_BYTES", None),
            cluster_id=environ.get("CLUSTER_ID", "default"),
            cookie=read_cookie(variables.required("COOKIE_FILE")),
            tls=read_tls(environ),
            node_addresses=variables.node_addresses(),
            allowed_origins=frozenset(filter(None, environ.get("ALLOWED_ORIGINS", "").split(","))),
            drain_seconds=variables.seconds("DRAIN_SECONDS", 5.0),
            log_level=variables.log_level(),
        )


@dataclass(frozen=True, slots=True)
class ClientSettings:
    """What the command line needs to reach a node: its address and, if set, the cookie and certificate."""

    target: str
    host_name: str
    """The host name that the node's certificate is verified against."""
    cookie_file: str | None
    tls: TLS | None
    history: Path
    """Where the command line remembers what was typed."""

    @classmethod
    def from_environ(cls, environ: Mapping[str, str] = os.environ) -> Self:
        """Read the environment; the node is on loopback, as in a pod."""
        return cls(
            target=f"127.0.0.1:{environ.get('GRPC_PORT', '50051')}",
            host_name=environ.get("ERLANG_HOST_NAME", "localhost"),
            cookie_file=environ.get("COOKIE_FILE"),
            tls=read_tls(environ),
            history=_state_dir(environ) / "erlang-docker" / "history",
        )


def _state_dir(environ: Mapping[str, str]) -> Path:
    """https://specifications.freedesktop.org/basedir-spec"""
    return Path(environ.get("XDG_STATE_HOME") or Path(environ.get("HOME", "/")) / ".local" / "state")


def read_tls(environ: Mapping[str, str]) -> TLS | None:
    """The certificates in TLS_DIR; None if it is not set."""
    folder = environ.get("TLS_DIR")
    return TLS.read(Path(folder)) if folder else None


def without_fork_handlers() -> None:
    """Keep gRPC from doing anything about forks; has to be said before gRPC is imported.

    No process of ours is forked to run on: workers are spawned. But where the system has no process left to give, the
    C library falls back from `vfork` to `fork`, at which gRPC stops its threads, and ends the node when it cannot start
    them again.
    """
    os.environ.setdefault("GRPC_ENABLE_FORK_SUPPORT", "0")


def prepare_grpc() -> None:
    """For the process of a node, before gRPC is loaded. A variable that is set already says otherwise.

    GRPC_VERBOSITY: gRPC's core writes what strangers get wrong to standard error, past the log and its limit.
    GRPC_EXPERIMENTS: its event engine hands each event from thread to thread, which is half of what a message costs
    while few are under way. Without it, the thread that takes the events waits for the sockets itself.
    """
    os.environ.setdefault("GRPC_VERBOSITY", "NONE")
    os.environ.setdefault("GRPC_EXPERIMENTS", ",".join(f"-{name}" for name in GRPC_EXPERIMENTS))


def process_environ() -> dict[str, str]:
    """A copy of this process's environment, for the processes it starts."""
    return dict(os.environ)


@dataclass(frozen=True, slots=True)
class _Variables:
    environ: Mapping[str, str]

    def required(self, name: str) -> str:
        value = self.environ.get(name, "")
        if not value:
            raise SettingsError(f"{name} is not set")
        return value

    def node_name(self, kind: str) -> NodeName:
        try:
            return NodeName.parse(f"erlang-docker-{kind}@{self.required('ERLANG_HOST_NAME')}")
        except SettingsError:
            raise
        except NodeError as error:
            raise SettingsError(f"ERLANG_HOST_NAME: {error}") from error

    def service(self, kind: str) -> Address:
        name = f"{kind.upper()}_SERVICE_DOMAIN"
        try:
            return Address.parse(self.required(name), 8080)
        except ValueError as error:
            raise SettingsError(f"{name}: {error}") from error

    def node_addresses(self) -> dict[NodeName, Address]:
        """`NAME=HOST:PORT,...`"""
        pairs = (pair.partition("=") for pair in filter(None, self.environ.get("NODE_ADDRESSES", "").split(",")))
        try:
            return {NodeName.parse(name): Address.parse(address, 50051) for name, _, address in pairs}
        except (ValueError, NodeError) as error:
            raise SettingsError(f"NODE_ADDRESSES: {error}") from error

    def port(self, name: str, default: int) -> int:
        text = self.environ.get(name, str(default))
        if not (text.isascii() and text.isdigit() and int(text) < 65536):
            raise SettingsError(f"{name}: not a port: {text!r}")
        return int(text)

    def size(self, name: str, default: Bytes) -> int | Bytes:
        text = self.environ.get(name, "")
        if not text:
            return default
        if not (text.isascii() and text.isdigit()):
            raise SettingsError(f"{name}: not a number of bytes: {text!r}")
        return int(text)

    def seconds(self, name: str, default: float) -> float:
        text = self.environ.get(name, str(default))
        try:
            value = float(text)
        except ValueError:
            value = -1.0
        if not 0 <= value <= 3600:
            raise SettingsError(f"{name}: not a number of seconds: {text!r}")
        return value

    def log_level(self) -> str:
        level = self.environ.get("LOG_LEVEL", "INFO").upper()
        if level not in ("DEBUG", "INFO", "WARNING", "ERROR"):
            raise SettingsError(f"LOG_LEVEL: not a level: {level!r}")
        return level
