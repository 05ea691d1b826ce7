"""Where something listens, or is dialed."""

from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class Address:
    """A host name or IP address, and a TCP port."""

    host: str
    port: int

    @classmethod
    def parse(cls, text: str, default_port: int) -> Self:
        """Read `host` or `host:port`; an address of IPv6 with a port is in brackets."""
        host, colon, port = text.rpartition(":")
        bare = text.count(":") > 1 and not text.startswith("[")
        if bare or not colon or text.endswith("]"):
            host, port = text, str(default_port)
        return cls(host.removeprefix("[").removesuffix("]"), int(port))

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class GrpcPorts:
    """Where a node serves gRPC: without TLS, and with it; None: not so."""

    plaintext: int | None
    tls: int | None
