"""Secrets that turn over while nodes run and call each other: certificates are renewed, cookies changed."""

import asyncio
import datetime
import socket as sockets
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import trustme

from certificates import END, host, issue, names, write
from erlang_docker.credentials import TLS, TLSMode, read_cookies
from erlang_docker.errors import SettingsError
from erlang_docker.node import Node
from harness import LOOPBACK, lines_of, node, services, socket
from test_metrics import samples

OLD, NEW = b"o" * 32, b"n" * 32
DEADLINE = 20.0
EXPIRY = "erlang_docker_certificate_expiry_timestamp_seconds"


def lines(data_dir: Path, name: str) -> list[dict[str, Any]]:
    return lines_of(data_dir / name / "log/node.log")


async def logged(data_dir: Path, name: str, message: str, count: int = 1) -> dict[str, Any]:
    """The line that a node has logged, once it has."""
    async with asyncio.timeout(DEADLINE):
        while True:
            found = [line for line in lines(data_dir, name) if line["message"] == message]
            if len(found) >= count:
                return found[-1]
            await asyncio.sleep(0.02)


class Trio:
    """A node of kind a, and two of kind b. The second starts again and again, so that links to it and from it are new;
    the first is called on a link that stands.
    """

    def __init__(self, a: Node, b: Node, start: Callable[[], AbstractAsyncContextManager[Node]]) -> None:
        self.a = a
        self.b = b
        self._start = start
        self.replies: list[str] = []

    async def call_on(self) -> None:
        async with socket(self.a.ws_port) as user:
            while True:
                self.replies.append(await user.ask("rpc erlang:node()"))
                await asyncio.sleep(0.005)

    async def link_anew(self) -> None:
        """A new node of kind b is called, and calls."""
        async with self._start() as again:
            name = f"'{again.identity.name}'"
            before = len(self.replies)
            async with asyncio.timeout(DEADLINE), socket(again.ws_port) as user:
                self.replies.append(await user.ask("rpc erlang:node()"))
                while name not in self.replies[before:]:
                    await asyncio.sleep(0.01)

    def failed(self) -> list[str]:
        return [reply for reply in self.replies if not reply.startswith("'erlang-docker-")]


@asynccontextmanager
async def trio(data_dir: Path, settings: Callable[[str], dict[str, Any]]) -> AsyncIterator[Trio]:
    """By what `settings` gives for each kind."""
    async with (
        services() as among,
        node("a", data_dir, among, **settings("a")) as a,
        node("b", data_dir, among, **settings("b")) as b,
    ):
        running = Trio(a, b, lambda: node("b", data_dir, among, 1, **settings("b")))
        calls = asyncio.create_task(running.call_on())
        try:
            await running.link_anew()
            yield running
            assert not calls.done()
        finally:
            calls.cancel()
            await asyncio.gather(calls, return_exceptions=True)
    assert running.failed() == []


def tls_trio(data_dir: Path, tls: dict[str, TLS]) -> AbstractAsyncContextManager[Trio]:
    for kind in "ab":
        write(tls[kind], data_dir / f"{kind}.tls")
    return trio(data_dir, lambda kind: {"tls_mode": TLSMode.STRICT, "tls_dir": data_dir / f"{kind}.tls"})


def served_certificate(port: int, tls: TLS, folder: Path) -> bytes:
    """What a new connection is shown, PEM."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(cadata=tls.authority.decode())
    context.load_cert_chain(folder / "tls.crt", folder / "tls.key")
    context.set_alpn_protocols(["h2"])
    with (
        sockets.create_connection((LOOPBACK, port)) as connection,
        context.wrap_socket(connection, server_hostname=host("b")) as secured,
    ):
        shown = secured.getpeercert(binary_form=True)
    assert shown is not None
    return ssl.DER_cert_to_PEM_cert(shown).encode()


async def test_certificates_and_their_authority_are_renewed_under_calls(tmp_path: Path) -> None:
    """First both authorities are trusted, then new certificates shown, then the old authority forgotten.

    With that one gone, only the new certificates can have made the last links.
    """
    first, second = trustme.CA(), trustme.CA()
    both = first.cert_pem.bytes() + second.cert_pem.bytes()
    old, new = ({kind: issue(authority, *names(kind)) for kind in "ab"} for authority in (first, second))
    async with tls_trio(tmp_path, old) as running:

        async def renew(step: int, **changes: TLS) -> None:
            for kind, tls in changes.items():
                write(tls, tmp_path / f"{kind}.tls")
            for kind in changes:
                await logged(tmp_path, f"{kind}-0", "certificate reloaded", step)
            shown = await asyncio.to_thread(served_certificate, running.b.grpcs_port, changes["b"], tmp_path / "b.tls")
            assert shown == changes["b"].certificate.replace(b"\r", b"")
            await running.link_anew()

        await renew(1, **{kind: replace(tls, authority=both) for kind, tls in old.items()})
        await renew(2, **{kind: replace(tls, authority=both) for kind, tls in new.items()})
        await renew(3, **new)


async def test_a_broken_renewal_keeps_the_last_and_is_told_once(tmp_path: Path) -> None:
    authority = trustme.CA()
    tls = {kind: issue(authority, *names(kind)) for kind in "ab"}
    soon = datetime.datetime(2998, 1, 1, tzinfo=datetime.UTC)
    renewed = issue(authority, *names("b"), not_after=soon)
    async with tls_trio(tmp_path, tls) as running:
        b, folder = running.b, tmp_path / "b.tls"
        assert (await samples(b))[EXPIRY, "tls.crt"] == END.timestamp()
        (folder / "tls.crt").write_bytes(renewed.certificate)  # and not yet its key
        kept = "certificate not reloaded, the last one is kept"
        assert (await logged(tmp_path, "b-0", kept))["reason"] == "TLS_DIR: tls.key is not the key of tls.crt"
        (folder / "tls.crt").unlink()
        assert "No such file" in (await logged(tmp_path, "b-0", kept, 2))["reason"]
        await asyncio.sleep(1.5)  # it looks again, and has said it
        assert sum(line["message"] == kept for line in lines(tmp_path, "b-0")) == 2
        write(tls["b"], tmp_path / "shown")
        shown = served_certificate
        args = (b.grpcs_port, tls["b"], tmp_path / "shown")
        assert await asyncio.to_thread(shown, *args) == tls["b"].certificate
        write(renewed, folder)
        reloaded = await logged(tmp_path, "b-0", "certificate reloaded")
        assert reloaded["expires"] == "2998-01-01T00:00:00+00:00"
        assert await asyncio.to_thread(shown, *args) == renewed.certificate
        assert (await samples(b))[EXPIRY, "tls.crt"] == soon.timestamp()


@pytest.mark.parametrize("order", ["ab", "ba"])
async def test_a_cookie_is_changed_under_calls(order: str, tmp_path: Path) -> None:
    """Two steps, each of which one node sees before the other: both cookies, then the new one alone."""

    def write_cookie(kind: str, *cookies: bytes) -> None:
        (tmp_path / f"{kind}.cookie").write_bytes(b"\n".join(cookies) + b"\n")

    for kind in "ab":
        write_cookie(kind, OLD)
    async with trio(tmp_path, lambda kind: {"cookie_file": tmp_path / f"{kind}.cookie"}) as running:
        for step, cookies in enumerate(((NEW, OLD), (NEW,)), 1):
            for kind in order:
                write_cookie(kind, *cookies)
                await logged(tmp_path, f"{kind}-0", "cookie reloaded", step)
                await running.link_anew()
    assert not any(line["message"] == "caller refused" for kind in "ab" for line in lines(tmp_path, f"{kind}-0"))


async def test_a_cookie_that_is_none_keeps_the_last(tmp_path: Path) -> None:
    cookie = tmp_path / "cookie"
    cookie.write_bytes(OLD)
    async with trio(tmp_path, lambda _: {"cookie_file": cookie}):
        cookie.write_bytes(b"short")
        for kind in "ab":
            told = await logged(tmp_path, f"{kind}-0", "cookie not reloaded, the last one is kept")
            assert "holds a cookie of 5 bytes" in told["reason"]
            assert OLD.decode() not in str(told)


@pytest.mark.parametrize(("text", "cookies"), [(OLD, (OLD,)), (b"\n %b \r\n\n%b" % (NEW, OLD), (NEW, OLD))])
def test_cookies_are_lines(text: bytes, cookies: tuple[bytes, ...], tmp_path: Path) -> None:
    (tmp_path / "cookie").write_bytes(text)
    assert read_cookies(tmp_path / "cookie") == cookies


@pytest.mark.parametrize("text", [b"", b"\n", b"short", OLD + b"\nshort"])
def test_a_short_cookie_is_refused(text: bytes, tmp_path: Path) -> None:
    (tmp_path / "cookie").write_bytes(text)
    with pytest.raises(SettingsError, match=r"COOKIE_FILE: .* needs 32 or more"):
        read_cookies(tmp_path / "cookie")


def test_no_cookie_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"COOKIE_FILE: .*No such file"):
        read_cookies(tmp_path / "nowhere")
