"""What the command line needs to know of the node on its machine, from environment variables."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from erlang_docker.credentials import TLS
from erlang_docker.tokens import read_token
from erlang_docker.variables import Variables


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
        folder = Variables(environ).path("TLS_DIR")
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
