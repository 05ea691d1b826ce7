"""A node's credentials: the cookie that all nodes share and, with TLS, its certificate."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from erlang_docker.errors import SettingsError

MIN_COOKIE_BYTES = 32


@dataclass(frozen=True, slots=True)
class TLS:
    """A node's certificate and key, and the certificate authority it trusts; all PEM."""

    authority: bytes
    certificate: bytes
    key: bytes = field(repr=False)

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Read the files of a `kubernetes.io/tls` Secret: `ca.crt`, `tls.crt`, `tls.key`."""
        try:
            return cls(*((folder / name).read_bytes() for name in ("ca.crt", "tls.crt", "tls.key")))
        except OSError as error:
            raise SettingsError(f"TLS_DIR: {error}") from error


def read_cookie(path: str) -> bytes:
    """The cookie that all nodes share; SettingsError if it is missing or shorter than 32 bytes."""
    try:
        cookie = Path(path).read_bytes().strip()
    except OSError as error:
        raise SettingsError(f"COOKIE_FILE: {error}") from error
    if len(cookie) < MIN_COOKIE_BYTES:
        raise SettingsError(f"COOKIE_FILE: {path} holds {len(cookie)} bytes, a cookie needs {MIN_COOKIE_BYTES} or more")
    return cookie
