"""Which nodes and ports a cluster on one machine has."""

import os
import secrets
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from erlang_docker.addresses import Address
from erlang_docker.environment import process_environ
from erlang_docker.errors import SettingsError
from erlang_docker.names import KINDS, NodeName

LOOPBACK = "127.0.0.1"
REPLICAS = 3
FIRST_PORTS = {
    "a": (100, 110, 120, 105, 115, 125, 60, 65, 70, 75),
    "b": (130, 140, 150, 135, 145, 155, 160, 165, 170, 175),
}
"""Kind to the first of five ports of each of its nodes, from the cluster's base on."""
SOURCES = Path(__file__).parents[2]
MODULES = {"a": "node_a", "b": "node_b"}
"""Kind to the module that its nodes run, `python -m MODULE`."""


@dataclass(frozen=True, slots=True)
class NodePlan:
    """One node: its name, the module it runs, its folder, and where its servers listen."""

    name: NodeName
    module: str
    ordinal: int
    data_dir: Path
    first_port: int

    @property
    def label(self) -> str:
        return f"{self.name.kind}-{self.ordinal}"

    @property
    def http(self) -> Address:
        return Address(LOOPBACK, self.first_port)

    @property
    def ws(self) -> Address:
        return Address(LOOPBACK, self.first_port + 1)

    @property
    def grpc(self) -> Address:
        return Address(LOOPBACK, self.first_port + 2)

    @property
    def admin(self) -> Address:
        return Address(LOOPBACK, self.first_port + 3)

    @property
    def app(self) -> Address:
        """Left to a server of the release's own."""
        return Address(LOOPBACK, self.first_port + 4)


@dataclass(frozen=True, slots=True)
class Plan:
    """A cluster: its nodes, and the services in front of them, on ports from `base` to `base + 199`.

    As on Kubernetes with base 30000: 30080 is HTTP, 30090 the page, 30051 gRPC, all of kind a.
    """

    data_dir: Path
    base: int = 30000
    modules: Mapping[str, str] = field(default_factory=MODULES.copy)
    replicas: Mapping[str, int] = field(default_factory=lambda: dict.fromkeys(KINDS, REPLICAS))
    """Kind to the number of its nodes, 1 to 10."""
    fault_switches: bool = False
    """Whether nodes may be broken on purpose, unless the environment says otherwise."""

    @property
    def nodes(self) -> list[NodePlan]:
        return [
            NodePlan(
                NodeName(kind, f"erlang-docker-{kind}-sfs-{i}.erlang-docker-{kind}-hl.localhost"),
                self.modules[kind],
                i,
                self.data_dir / f"{kind}-{i}",
                self.base + FIRST_PORTS[kind][i],
            )
            for kind in KINDS
            for i in range(self.replicas[kind])
        ]

    @property
    def services(self) -> dict[str, Address]:
        """Kind to its HTTP service, which picks go to."""
        return {"a": Address(LOOPBACK, self.base + 80), "b": Address(LOOPBACK, self.base + 180)}

    @property
    def page(self) -> Address:
        return Address(LOOPBACK, self.base + 90)

    @property
    def grpc(self) -> Address:
        return Address(LOOPBACK, self.base + 51)

    @property
    def cookie_file(self) -> Path:
        return self.data_dir / "cookie"

    def environ(self, node: NodePlan) -> dict[str, str]:
        """The environment of a node's process."""
        inherited = process_environ()
        # Behind the user's own, as it may be the folder of everything that is installed.
        search_path = [*filter(None, [inherited.get("PYTHONPATH")]), str(SOURCES)]
        return {
            **({"FAULT_SWITCHES": "1"} if self.fault_switches else {}),
            **inherited,
            "PYTHONPATH": os.pathsep.join(search_path),
            "ERLANG_HOST_NAME": node.name.host,
            "LISTEN_ADDRESS": LOOPBACK,
            "LOCAL_IP": LOOPBACK,
            "HTTP_PORT": str(node.http.port),
            "WS_PORT": str(node.ws.port),
            "GRPC_PORT": str(node.grpc.port),
            "ADMIN_PORT": str(node.admin.port),
            "APP_PORT": str(node.app.port),
            "DATA_DIR": str(node.data_dir),
            "COOKIE_FILE": str(self.cookie_file),
            "CLUSTER_ID": "local",
            "DRAIN_SECONDS": "0",
            "NODE_ADDRESSES": ",".join(f"{other.name}={other.grpc}" for other in self.nodes),
            **{f"{kind.upper()}_SERVICE_DOMAIN": str(address) for kind, address in self.services.items()},
        }

    def prepare(self) -> None:
        """Make the folder and, once, the cookie; SettingsError names the first port that is taken."""
        for address in self.addresses():
            _check_free(address)
        self.data_dir.mkdir(parents=True, exist_ok=True)
        if not self.cookie_file.exists():
            # Whole or not at all: an empty one would stay for ever.
            draft = self.data_dir / "cookie.new"
            draft.touch(mode=0o600)
            draft.write_text(secrets.token_hex(32))
            draft.replace(self.cookie_file)

    def addresses(self) -> list[Address]:
        """All that are listened at, or may be."""
        servers = [address for node in self.nodes for address in (node.http, node.ws, node.grpc, node.admin, node.app)]
        return [*self.services.values(), self.page, self.grpc, *servers]


def _check_free(address: Address) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address.host, address.port))
        except OSError as error:
            raise SettingsError(
                f"port {address.port} is taken; `lsof -nP -iTCP:{address.port} -sTCP:LISTEN` shows by whom"
            ) from error
