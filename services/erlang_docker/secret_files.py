"""Secrets that turn over while a node runs: their files are read again, and what was good last is what counts.

Kubernetes replaces the files of a mounted Secret at once, by turning a link, within about a minute of the change. By
hand they may be replaced one by one. Contents are compared, not times or inodes, which sees both.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Generic, TypeVar

from erlang_docker.credentials import TLS, read_cookies
from erlang_docker.errors import SettingsError
from erlang_docker.metrics.node import Metrics

POLL_SECONDS = 0.5

T = TypeVar("T")


class Reloaded(Generic[T]):
    """What `read` gave last that `use` took; `use` puts it into service and says what the log is to tell of it.

    Both raise SettingsError: at first it is raised, later the value before stays.
    """

    def __init__(
        self, what: str, read: Callable[[], T], use: Callable[[T], Mapping[str, object]], log: logging.Logger
    ) -> None:
        self._what = what
        self._read = read
        self._use = use
        self._log = log
        self._problem = ""
        self._told = ""
        self._current = read()
        use(self._current)

    def get(self) -> T:
        """The value in service."""
        return self._current

    def reload(self) -> None:
        """Read again."""
        try:
            found = self._read()
            if found != self._current:
                fields = self._use(found)
                self._current = found
                self._log.info(f"{self._what} reloaded", extra={"fields": fields})
            self._problem = self._told = ""
        except SettingsError as error:
            self._keep(str(error))

    def _keep(self, problem: str) -> None:
        """Said once, and not at first sight: a read in the middle of a change sees half of it."""
        if problem == self._problem != self._told:
            self._log.warning(f"{self._what} not reloaded, the last one is kept", extra={"fields": {"reason": problem}})
            self._told = problem
        self._problem = problem


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
    follower = asyncio.create_task(_follow([each for each in (cookies, certificate) if each is not None]))
    try:
        yield None if certificate is None else certificate.get
    finally:
        follower.cancel()
        await asyncio.gather(follower, return_exceptions=True)


async def _follow(files: Sequence[Reloaded[tuple[bytes, ...]] | Reloaded[TLS]]) -> None:
    """In the event loop: four small files in memory are read in less time than it takes to ask a thread."""
    while True:
        await asyncio.sleep(POLL_SECONDS)
        for each in files:
            each.reload()


def _use_certificate(metrics: Metrics, tls: TLS) -> Mapping[str, object]:
    """Whoever makes a connection next asks for it; connections that stand keep theirs."""
    expiry = tls.expiry()
    for file, seconds in expiry.items():
        metrics.certificate_expiry.labels(file).set(seconds)
    return {"expires": datetime.fromtimestamp(expiry["tls.crt"], UTC).isoformat()}
