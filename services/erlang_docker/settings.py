"""Settings from environment variables."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self, TypeVar

from erlang_docker.addresses import Address, GrpcPorts
from erlang_docker.credentials import TLS, TLSMode
from erlang_docker.errors import NodeError, SettingsError
from erlang_docker.limits import Limits
from erlang_docker.names import KINDS, NodeName
from erlang_docker.tokens import TokenFiles, read_token

STORE_MAX_BYTES = 512 << 20
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")

Bytes = TypeVar("Bytes", int, None)


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
    """gRPC in plaintext."""
    grpcs_port: int = 50052
    """gRPC by TLS. A port of its own: gRPC's core cannot tell by the first byte what a connection speaks."""
    admin_port: int = 8081
    data_dir: Path
    store_max_bytes: int = STORE_MAX_BYTES
    """How much the store may take of the volume."""
    store_reserve_bytes: int | None = None
    """How much of the volume the store's log keeps for itself; None: 8 MiB, or a sixteenth of a small volume."""
    cluster_id: str = "default"
    """The cluster the volume belongs to; a volume of another cluster is refused."""
    cookie_file: Path
    """Re-read while the node runs, like what is in `tls_dir`."""
    tls_mode: TLSMode = TLSMode.DISABLE
    tls_dir: Path | None = None
    """None if, and only if, TLS is disabled."""
    node_addresses: Mapping[NodeName, Address] = field(default_factory=dict)
    """Where the gRPC of each node of the cluster is, if its name does not lead there."""
    tokens: TokenFiles | None = None
    """None: the console is open to everybody."""
    allowed_origins: frozenset[str] = frozenset()
    """Allowed browser origins in addition to the page's own."""
    drain_seconds: float = 5.0
    """How long a stopping node keeps serving, so that every load balancer can stop sending to it."""
    limits: Limits = field(default_factory=Limits)
    log_level: str = "INFO"
    log_level_file: Path | None = None
    """Holds the level, and is read again while the node runs; takes precedence."""
    access_log: float = 0.0
    """The share of commands that are a line of the log each, 0 to 1."""
    fault_switches: bool = False
    """Whether whoever reaches the admin port may break this node on purpose."""
    otlp_endpoint: str = ""
    """Of an OpenTelemetry collector, for gRPC: `http://HOST:4317`, or `https://`. Empty: no spans are made."""
    sample_ratio: float = 1.0
    """Of the commands that come without a trace, how many begin one."""

    @property
    def domains(self) -> frozenset[str]:
        """What nodes' names end in here: that of this one, and of each kind's Service, which may be elsewhere."""
        of_services = (service.host.partition(".")[2] for service in self.services.values())
        # Not a whole top-level domain.
        return frozenset({self.name.domain, *(domain for domain in of_services if "." in domain)})

    @classmethod
    def from_environ(cls, kind: str, environ: Mapping[str, str]) -> Self:
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
            grpcs_port=variables.port("GRPCS_PORT", 50052),
            admin_port=variables.port("ADMIN_PORT", 8081),
            data_dir=Path(environ.get("DATA_DIR", f"/mnt/erlang-docker-{kind}-volume")),
            store_max_bytes=variables.size("STORE_MAX_BYTES", STORE_MAX_BYTES),
            store_reserve_bytes=variables.size("STORE_RESERVE_BYTES", None),
            cluster_id=environ.get("CLUSTER_ID", "default"),
            cookie_file=Path(variables.required("COOKIE_FILE")),
            tls_mode=variables.tls_mode(),
            tls_dir=tls_dir(environ),
            node_addresses=variables.node_addresses(),
            tokens=variables.tokens(),
            allowed_origins=frozenset(filter(None, environ.get("ALLOWED_ORIGINS", "").split(","))),
            drain_seconds=variables.number("DRAIN_SECONDS", 5.0, most=3600, what="not a number of seconds"),
            log_level=variables.log_level(),
            log_level_file=variables.path("LOG_LEVEL_FILE"),
            access_log=variables.number("ACCESS_LOG", 0.0, most=1, what="not a share"),
            fault_switches=variables.switch("FAULT_SWITCHES"),
            otlp_endpoint=variables.otlp_endpoint(),
            sample_ratio=variables.number("OTEL_TRACES_SAMPLER_ARG", 1.0, most=1, what="not a share"),
        )

    @property
    def grpc_ports(self) -> GrpcPorts:
        """Where this node serves gRPC."""
        return GrpcPorts(
            self.grpc_port if self.tls_mode is not TLSMode.STRICT else None,
            self.grpcs_port if self.tls_mode is not TLSMode.DISABLE else None,
        )


@dataclass(frozen=True, slots=True)
class ClientSettings:
    """What the command line needs to reach a node: its address and, if set, the cookie, certificate and token."""

    target: str
    host_name: str
    """The host name that the node's certificate is verified against."""
    cookie_file: str | None
    tls: TLS | None
    history: Path
    """Where the command line remembers what was typed."""
    token: str = field(repr=False)
    """Empty: none."""
    data_dir: str | None
    cluster_id: str

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> Self:
        """Read the environment; the node is on loopback, as in a pod, where the token is the node's own."""
        folder = tls_dir(environ)
        port = environ.get("GRPCS_PORT", "50052") if folder else environ.get("GRPC_PORT", "50051")
        token_file = environ.get("RUN_TOKEN_FILE")
        return cls(
            target=f"127.0.0.1:{port}",
            host_name=environ.get("ERLANG_HOST_NAME", "localhost"),
            cookie_file=environ.get("COOKIE_FILE"),
            tls=TLS.read(folder) if folder else None,
            history=_state_dir(environ) / "erlang-docker" / "history",
            token=environ.get("ERLANG_DOCKER_TOKEN", "").strip()
            or (read_token(Path(token_file)) if token_file else ""),
            data_dir=environ.get("DATA_DIR"),
            cluster_id=environ.get("CLUSTER_ID", "default"),
        )


def _state_dir(environ: Mapping[str, str]) -> Path:
    """https://specifications.freedesktop.org/basedir-spec"""
    return Path(environ.get("XDG_STATE_HOME") or Path(environ.get("HOME", "/")) / ".local" / "state")


def tls_dir(environ: Mapping[str, str]) -> Path | None:
    """The folder of the certificates, TLS_DIR; None if it is not set."""
    folder = environ.get("TLS_DIR")
    return Path(folder) if folder else None


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

    def tokens(self) -> TokenFiles | None:
        run, read = self.environ.get("RUN_TOKEN_FILE"), self.environ.get("READ_TOKEN_FILE")
        if read and not run:
            raise SettingsError("READ_TOKEN_FILE is set, so RUN_TOKEN_FILE must be too")
        return TokenFiles(Path(run), Path(read) if read else None) if run else None

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

    def number(self, name: str, default: float, most: float, what: str) -> float:
        text = self.environ.get(name, str(default))
        try:
            value = float(text)
        except ValueError:
            value = -1.0
        if not 0 <= value <= most:
            raise SettingsError(f"{name}: {what}: {text!r}")
        return value

    def tls_mode(self) -> TLSMode:
        """With certificates strict, unless it is said otherwise."""
        has_dir = tls_dir(self.environ) is not None
        text = self.environ.get("TLS_MODE", "strict" if has_dir else "disable")
        try:
            mode = TLSMode(text)
        except ValueError as error:
            raise SettingsError(f"TLS_MODE: not disable, permissive or strict: {text!r}") from error
        if (mode is not TLSMode.DISABLE) is not has_dir:
            raise SettingsError(f"TLS_MODE is {text}, so TLS_DIR must {'not ' if has_dir else ''}be set")
        return mode

    def otlp_endpoint(self) -> str:
        """The names are OpenTelemetry's own (https://opentelemetry.io/docs/specs/otel/protocol/exporter/)."""
        text = self.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT", "")
        if text and not re.fullmatch(r"https?://[^\s/]+/?", text):
            raise SettingsError(f"OTEL_EXPORTER_OTLP_ENDPOINT: not http://HOST:PORT or https://HOST:PORT: {text!r}")
        return text

    def log_level(self) -> str:
        level = self.environ.get("LOG_LEVEL", "INFO").upper()
        if level not in LOG_LEVELS:
            raise SettingsError(f"LOG_LEVEL: not a level: {level!r}")
        return level

    def path(self, name: str) -> Path | None:
        text = self.environ.get(name, "")
        return Path(text) if text else None

    def switch(self, name: str) -> bool:
        """`1`, or `0` where it is not set."""
        text = self.environ.get(name) or "0"
        if text not in ("0", "1"):
            raise SettingsError(f"{name}: not 0 or 1: {text!r}")
        return text == "1"
