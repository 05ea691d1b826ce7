"""Secrets that turn over while a release runs: TLS is switched on, certificates are renewed, the cookie is changed.

Its calls are 100 `rpc` and 100 `POST /node` a second, and none of them fails. A kubelet brings a changed Secret to its
pods within about 90 s, or as soon as something else about a pod changes: an annotation, here.
"""

import asyncio
import base64
import datetime
import json
import secrets
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import trustme

from certificates import END, issue
from e2e.kubernetes import KINDS, Doors, Release, restricted_namespace
from e2e.load import Load, load
from erlang_docker.client import Client
from erlang_docker.credentials import TLS
from erlang_docker.errors import NodeError

pytestmark = pytest.mark.long

LIFE_SECONDS = 60
RENEWALS = 3
RENEWED_EVERY = 22.0
"""Three renewals take a little longer than a certificate lasts: the first has ended before the last links are made."""
DEADLINE = 60.0
AUTHORITY = trustme.CA()


@pytest.fixture(scope="module")
def release(tags: tuple[str, str]) -> Iterator[Release]:
    """One of its own, of two nodes of each kind; without TLS at first."""
    with restricted_namespace("erlang-e2e-secrets") as namespace:
        installed = Release("erlang-docker", namespace)
        for kind in KINDS:
            put_certificate(installed, kind, END)
        switch(installed, tags[0], "disable")
        yield installed
        installed.uninstall()


def switch(release: Release, tag: str, mode: str) -> None:
    """TLS on or off, and wait."""
    nodes: dict[str, dict[str, Any]] = {kind: {"replicas": 2} for kind in KINDS}
    nodes["a"]["service"] = {"nodePorts": dict.fromkeys(("http", "ws", "grpc", "grpcs"))}
    existing = {kind: f"{release.prefix}-{kind}-tls" for kind in KINDS}
    release.upgrade(tag, {"nodes": nodes, "tls": {"mode": mode, "existingSecrets": existing}})


def pods(release: Release) -> list[str]:
    return [release.pod(kind, ordinal) for kind in KINDS for ordinal in range(2)]


def put_secret(release: Release, name: str, data: dict[str, bytes]) -> None:
    """Make a Secret or replace what is in it, whoever made it."""
    encoded = {key: base64.b64encode(value).decode() for key, value in data.items()}
    if not release.kubectl("get", "secret", name, "--ignore-not-found"):
        release.kubectl("create", "secret", "generic", name)
    release.kubectl("patch", "secret", name, "--type", "merge", "--patch", json.dumps({"data": encoded}))


def put_certificate(release: Release, kind: str, end: datetime.datetime) -> TLS:
    node, domain = f"{release.prefix}-{kind}", f"{release.namespace}.svc.cluster.local"
    tls = issue(AUTHORITY, f"*.{node}-hl.{domain}", f"{node}-svc.{domain}", not_after=end)
    files = {"ca.crt": tls.authority, "tls.crt": tls.certificate, "tls.key": tls.key}
    put_secret(release, f"{node}-tls", files)
    return tls


def bring(release: Release, *names: str) -> None:
    """Have the kubelets look at these pods now."""
    release.kubectl("annotate", "pod", *names, "--overwrite", f"erlang-docker/brought={time.time_ns()}")


def wait_logged(release: Release, names: Iterable[str], message: str, **fields: object) -> None:
    """Until each of these pods has said so."""
    deadline = time.monotonic() + DEADLINE
    missing = set(names)
    while missing:
        assert time.monotonic() < deadline, f"{missing} did not log {message} {fields}"
        missing = {
            pod
            for pod in missing
            if not any(line["message"] == message and fields.items() <= line.items() for line in release.log(pod))
        }


def soon() -> datetime.datetime:
    """When a certificate made now is to end."""
    return datetime.datetime.now(datetime.UTC).replace(microsecond=0) + datetime.timedelta(seconds=LIFE_SECONDS)


def link_anew(release: Release, kind: str, ordinal: int) -> None:
    """Replace a node, so that links to it and from it are made."""
    release.kubectl("delete", "pod", release.pod(kind, ordinal))
    release.wait_ready()


@asynccontextmanager
async def unharmed(doors: Doors) -> AsyncIterator[Callable[..., Any]]:
    """Gives what runs work in a thread while nodes are called; no call has failed then."""
    seen: Load
    async with load(doors) as seen:
        yield asyncio.to_thread
    sys.stdout.write(f"{seen}\n")
    assert (seen.failed, seen.wrong) == ([], [])
    assert min(seen.calls, seen.picks) > 1000


async def rpc_by_tls(release: Release, tls: TLS) -> str:
    """Through the NodePort, on a new connection."""
    host = f"{release.pod('a', 0)}.{release.prefix}-a-hl.{release.namespace}.svc.cluster.local"
    async with Client(release.doors().grpcs, tls, host) as client:
        return await client.run("rpc erlang:node()")


def links(release: Release) -> set[str]:
    """What the links of all nodes were opened by, since they have started."""
    return {
        str(line["security"]) for pod in pods(release) for line in release.log(pod) if line["message"] == "link opened"
    }


async def test_tls_is_switched_on(release: Release, tags: tuple[str, str]) -> None:
    assert links(release) <= {"plaintext"}
    plaintext = release.doors()
    async with unharmed(plaintext) as work:
        await work(switch, release, tags[0], "permissive")
        async with Client(plaintext.grpc) as client:  # those who have no certificate yet
            assert "erlang-docker-b@" in await client.run("rpc erlang:node()")
        await work(switch, release, tags[0], "strict")
    assert links(release) == {"tls"}
    tested = release.test()
    assert tested.returncode == 0, tested.stdout + tested.stderr
    assert "erlang-docker-b@" in await rpc_by_tls(release, put_certificate(release, "a", END))
    async with Client(plaintext.grpc) as client:
        with pytest.raises(NodeError):
            await client.run("node")


async def test_certificates_that_end_are_renewed(release: Release, tags: tuple[str, str]) -> None:
    if release.doors().grpc:  # this test alone is run
        for mode in ("permissive", "strict"):
            switch(release, tags[0], mode)

    def renew(end: datetime.datetime) -> TLS:
        tls = {kind: put_certificate(release, kind, end) for kind in KINDS}
        bring(release, *pods(release))
        wait_logged(release, pods(release), "certificate reloaded", expires=end.isoformat())
        return tls["a"]

    async with unharmed(release.doors()) as work:
        first_end = soon()
        first = await work(renew, first_end)
        for _ in range(RENEWALS):
            await asyncio.sleep(RENEWED_EVERY)
            assert "erlang-docker-b@" in await rpc_by_tls(release, await work(renew, soon()))
        assert datetime.datetime.now(datetime.UTC) > first_end
        await work(link_anew, release, "b", 1)
        with pytest.raises(NodeError):
            await rpc_by_tls(release, first)
        await work(renew, END)


async def test_the_cookie_is_changed(release: Release, tags: tuple[str, str]) -> None:
    """Kind b learns of both cookies before a does; new links are made between any two."""
    secret = f"{release.prefix}-cookie"
    old = base64.b64decode(release.kubectl("get", "secret", secret, "-o", "jsonpath={.data.cookie}"))
    new = secrets.token_hex(32).encode()

    def change(cookies: list[bytes], first: str) -> None:
        """First on one kind, of which a node starts anew meanwhile."""
        put_secret(release, secret, {"cookie": b"\n".join(cookies)})
        bring(release, *(release.pod(first, ordinal) for ordinal in range(2)))
        link_anew(release, first, 0)
        bring(release, *pods(release))
        running = set(pods(release)) - {release.pod(first, 0)}
        wait_logged(release, running, "cookie reloaded", cookies=len(cookies))

    async with unharmed(release.doors()) as work:
        await work(change, [new, old], "b")
        await work(change, [new], "a")
        await work(link_anew, release, "b", 1)
    assert not any(line["message"] == "caller refused" for pod in pods(release) for line in release.log(pod))
