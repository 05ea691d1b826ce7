"""The settings of a node, from environment variables."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from erlang_docker.addresses import Address, GrpcPorts
from erlang_docker.credentials import TLSMode
from erlang_docker.limits import Limits
from erlang_docker.names import KINDS, NodeName
from erlang_docker.tokens import TokenFiles
from erlang_docker.variables import Variables

STORE_MAX_BYTES = 512 << 20
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")


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
    def service_hosts(self) -> frozenset[str]:
        """The names of the Services."""
        return frozenset(service.host for service in self.services.values())

    @property
    def domains(self) -> frozenset[str]:
        """What nodes' names end in here: that of this one, and of each kind's Service, which may be elsewhere."""
        of_services = (host.partition(".")[2] for host in self.service_hosts)
        # Not a whole top-level domain.
        return frozenset({self.name.domain, *(domain for domain in of_services if "." in domain)})

    @classmethod
    def from_environ(cls, kind: str, environ: Mapping[str, str]) -> Self:
        """Read a pod's environment; SettingsError names the missing or invalid variable."""
        variables = Variables(environ)
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
            tls_dir=variables.path("TLS_DIR"),
            node_addresses=variables.node_addresses(),
            tokens=variables.tokens(),
            allowed_origins=frozenset(filter(None, environ.get("ALLOWED_ORIGINS", "").split(","))),
            drain_seconds=variables.number("DRAIN_SECONDS", 5.0, most=3600, what="not a number of seconds"),
            log_level=variables.log_level(LOG_LEVELS),
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
