"""A node's credentials: the cookies that all nodes share and, with TLS, its certificate."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Self

from erlang_docker.errors import SettingsError

MIN_COOKIE_BYTES = 32
_FILES = ("ca.crt", "tls.crt", "tls.key")


class TLSMode(Enum):
    """What a node speaks and dials on gRPC: the modes of Istio's PeerAuthentication, by the same names."""

    DISABLE = "disable"
    PERMISSIVE = "permissive"
    """Both; it dials plaintext only where TLS fails. This is how TLS is switched on and off while nodes are called."""
    STRICT = "strict"


@dataclass(frozen=True, slots=True)
class TLS:
    """A node's certificate and key, and the certificate authorities it trusts; all PEM."""

    authority: bytes
    certificate: bytes
    key: bytes = field(repr=False)

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Read the files of a `kubernetes.io/tls` Secret: `ca.crt`, `tls.crt`, `tls.key`."""
        try:
            return cls(*((folder / name).read_bytes() for name in _FILES))
        except OSError as error:
            raise SettingsError(f"TLS_DIR: {error}") from error

    def expiry(self) -> Mapping[str, float]:
        """By file, the seconds since 1970 at which its certificate ends; of several authorities, the last of them.

        SettingsError when a file is no PEM, or the key is not that of the certificate.
        """
        # Not above: it takes 8 MB, and nodes without TLS do without it.
        from cryptography.exceptions import UnsupportedAlgorithm
        from cryptography.hazmat.primitives.serialization import load_pem_private_key
        from cryptography.x509 import load_pem_x509_certificates

        file = "tls.crt"
        try:
            own = load_pem_x509_certificates(self.certificate)
            file = "ca.crt"
            authorities = load_pem_x509_certificates(self.authority)
            file = "tls.key"
            key = load_pem_private_key(self.key, None)
        except (ValueError, TypeError, UnsupportedAlgorithm) as error:
            raise SettingsError(f"TLS_DIR: {file} cannot be read: {error}") from error
        if key.public_key() != own[0].public_key():
            raise SettingsError("TLS_DIR: tls.key is not the key of tls.crt")
        last = max(authority.not_valid_after_utc for authority in authorities)
        return {"tls.crt": own[0].not_valid_after_utc.timestamp(), "ca.crt": last.timestamp()}


def read_cookies(path: Path) -> tuple[bytes, ...]:
    """The cookies in a file, one a line; SettingsError if there is none or one is shorter than 32 bytes."""
    try:
        cookies = tuple(filter(None, map(bytes.strip, path.read_bytes().splitlines())))
    except OSError as error:
        raise SettingsError(f"COOKIE_FILE: {error}") from error
    shortest = min(map(len, cookies), default=0)
    if shortest < MIN_COOKIE_BYTES:
        raise SettingsError(
            f"COOKIE_FILE: {path} holds a cookie of {shortest} bytes, a cookie needs {MIN_COOKIE_BYTES} or more"
        )
    return cookies
