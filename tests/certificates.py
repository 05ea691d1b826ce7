"""Certificates for nodes of the harness, and the folders they are read from."""

import datetime
from pathlib import Path

import trustme

from erlang_docker.credentials import TLS
from harness import LOOPBACK

END = datetime.datetime(2999, 1, 1, tzinfo=datetime.UTC)


def host(kind: str, ordinal: int = 0) -> str:
    """The name by which a node is dialed."""
    return f"erlang-docker-{kind}-sfs-{ordinal}.localhost"


def names(kind: str) -> tuple[str, ...]:
    """All that the certificate of a kind's nodes has to have; the Services of the harness are on loopback."""
    return (host(kind), host(kind, 1), LOOPBACK)


def issue(authority: trustme.CA, *names: str, not_after: datetime.datetime = END) -> TLS:
    """A new certificate with a new key."""
    issued = authority.issue_cert(*names, not_after=not_after)
    return TLS(authority.cert_pem.bytes(), issued.cert_chain_pems[0].bytes(), issued.private_key_pem.bytes())


def write(tls: TLS, folder: Path) -> Path:
    """As a Secret is mounted; the folder."""
    folder.mkdir(exist_ok=True)
    (folder / "ca.crt").write_bytes(tls.authority)
    (folder / "tls.crt").write_bytes(tls.certificate)
    (folder / "tls.key").write_bytes(tls.key)
    return folder
