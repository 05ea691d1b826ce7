"""Secrets that turn over while a node runs: its cookies, its certificate, and the login tokens of its console."""

import logging
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from erlang_docker.credentials import TLS, read_cookies
from erlang_docker.metrics.node import Metrics
from erlang_docker.reloaded import Reloaded, following
from erlang_docker.tokens import TokenFiles, Tokens, read_keys


@asynccontextmanager
async def following_secrets(
    cookie_file: Path,
    tls_dir: Path | None,
    use_cookies: Callable[[Sequence[bytes]], Mapping[str, object]],
    metrics: Metrics,
    log: logging.Logger,
) -> AsyncIterator[Callable[[], TLS] | None]:
    """Keep cookies and certificate as their files are; gives what gives the certificate, if there is a folder of one.

    SettingsError when they are no good at first.
    """
    cookies = Reloaded("cookie", partial(read_cookies, cookie_file), use_cookies, log)
    if tls_dir is None:
        certificate = None
    else:
        certificate = Reloaded("certificate", partial(TLS.read, tls_dir), partial(_use_certificate, metrics), log)
    async with following([each for each in (cookies, certificate) if each is not None]):
        yield None if certificate is None else certificate.get


@asynccontextmanager
async def following_tokens(files: TokenFiles | None, log: logging.Logger) -> AsyncIterator[Tokens | None]:
    """Keep the tokens as their files are, if there are files; SettingsError when they are no good at first.

    Later what is no good changes nothing: a slip must neither open the doors nor shut out who has a token.
    """
    if files is None:
        yield None
        return
    tokens = Tokens()
    async with following([Reloaded("tokens", partial(read_keys, files), tokens.use, log)]):
        yield tokens


def _use_certificate(metrics: Metrics, tls: TLS) -> Mapping[str, object]:
    """Whoever makes a connection next asks for it; connections that stand keep theirs."""
    expiry = tls.expiry()
    for file, seconds in expiry.items():
        metrics.certificate_expiry.labels(file).set(seconds)
    return {"expires": datetime.fromtimestamp(expiry["tls.crt"], UTC).isoformat()}
