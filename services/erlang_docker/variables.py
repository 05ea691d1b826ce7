"""An environment's variables."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from erlang_docker.addresses import Address
from erlang_docker.credentials import TLSMode
from erlang_docker.errors import NodeError, SettingsError
from erlang_docker.names import NodeName
from erlang_docker.tokens import TokenFiles

Bytes = TypeVar("Bytes", int, None)


@dataclass(frozen=True, slots=True)
class Variables:
    """Each read as what it is to be; SettingsError names the one that is missing or wrong."""

    environ: Mapping[str, str]

    def required(self, name: str) -> str:
        """Not empty."""
        value = self.environ.get(name, "")
        if not value:
            raise SettingsError(f"{name} is not set")
        return value

    def path(self, name: str) -> Path | None:
        """None where it is not set or empty."""
        text = self.environ.get(name, "")
        return Path(text) if text else None

    def port(self, name: str, default: int) -> int:
        """0 to 65535; 0 has the system choose one."""
        text = self.environ.get(name, str(default))
        if not (text.isascii() and text.isdigit() and int(text) < 65536):
            raise SettingsError(f"{name}: not a port: {text!r}")
        return int(text)

    def size(self, name: str, default: Bytes) -> int | Bytes:
        """Bytes; the default also where it is empty."""
        text = self.environ.get(name, "")
        if not text:
            return default
        if not (text.isascii() and text.isdigit()):
            raise SettingsError(f"{name}: not a number of bytes: {text!r}")
        return int(text)

    def number(self, name: str, default: float, most: float, what: str) -> float:
        """0 to `most`; `what` is said of anything else."""
        text = self.environ.get(name, str(default))
        try:
            value = float(text)
        except ValueError:
            value = -1.0
        if not 0 <= value <= most:
            raise SettingsError(f"{name}: {what}: {text!r}")
        return value

    def switch(self, name: str) -> bool:
        """`1`, or `0` where it is not set."""
        text = self.environ.get(name) or "0"
        if text not in ("0", "1"):
            raise SettingsError(f"{name}: not 0 or 1: {text!r}")
        return text == "1"

    def node_name(self, kind: str) -> NodeName:
        """Of a node of this kind: `erlang-docker-KIND@ERLANG_HOST_NAME`."""
        try:
            return NodeName.parse(f"erlang-docker-{kind}@{self.required('ERLANG_HOST_NAME')}")
        except SettingsError:
            raise
        except NodeError as error:
            raise SettingsError(f"ERLANG_HOST_NAME: {error}") from error

    def service(self, kind: str) -> Address:
        """Where nodes of this kind are picked: `HOST` or `HOST:PORT`."""
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

    def tls_mode(self) -> TLSMode:
        """With certificates strict, unless it is said otherwise."""
        has_dir = self.path("TLS_DIR") is not None
        text = self.environ.get("TLS_MODE", "strict" if has_dir else "disable")
        try:
            mode = TLSMode(text)
        except ValueError as error:
            raise SettingsError(f"TLS_MODE: not disable, permissive or strict: {text!r}") from error
        if (mode is not TLSMode.DISABLE) is not has_dir:
            raise SettingsError(f"TLS_MODE is {text}, so TLS_DIR must {'not ' if has_dir else ''}be set")
        return mode

    def tokens(self) -> TokenFiles | None:
        """The files of the roles: one for reading alone would leave nobody to run anything."""
        run, read = self.environ.get("RUN_TOKEN_FILE"), self.environ.get("READ_TOKEN_FILE")
        if read and not run:
            raise SettingsError("READ_TOKEN_FILE is set, so RUN_TOKEN_FILE must be too")
        return TokenFiles(Path(run), Path(read) if read else None) if run else None

    def log_level(self, levels: Collection[str]) -> str:
        """One of these, in whatever case."""
        level = self.environ.get("LOG_LEVEL", "INFO").upper()
        if level not in levels:
            raise SettingsError(f"LOG_LEVEL: not a level: {level!r}")
        return level

    def otlp_endpoint(self) -> str:
        """The names are OpenTelemetry's own (https://opentelemetry.io/docs/specs/otel/protocol/exporter/)."""
        text = self.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT", "")
        if text and not re.fullmatch(r"https?://[^\s/]+/?", text):
            raise SettingsError(f"OTEL_EXPORTER_OTLP_ENDPOINT: not http://HOST:PORT or https://HOST:PORT: {text!r}")
        return text
