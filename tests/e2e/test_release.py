"""What a release gives, and what becomes of its nodes and their data."""

import asyncio
from collections.abc import Iterator

import aiohttp
import pytest

from e2e.kubernetes import Doors, Release, restricted_namespace
from erlang_docker.client import Client
from otp.terms.read.reader import parse_term
from otp.terms.types import Atom, Map, Term

PICKS = 60


def fact(release: Release, pod: str, name: str) -> Term:
    info = parse_term(release.ask(pod, "mfa", "erlang_docker:info()"))
    assert isinstance(info, Map)
    return info[Atom(name)]


def called(release: Release, kind: str, count: int) -> set[str]:
    """The nodes that the first pod of a kind reached in so many calls, none of which failed."""
    counts = parse_term(release.ask(release.pod(kind, 0), "mfa", f"erlang_docker:spread({count})"))
    assert isinstance(counts, list)
    assert sum(calls for _, calls in counts) == count
    return {str(node) for node, _ in counts}


async def test_the_node_ports(release: Release, doors: Doors) -> None:
    connector = aiohttp.TCPConnector(force_close=True)
    async with aiohttp.ClientSession(connector=connector) as session:
        answers = [await session.post(f"http://{doors.http}/node", data=b"{}") for _ in range(PICKS)]
        assert {(await answer.json())["data"]["node"] for answer in answers} == release.names("a")
        page = await session.get(f"http://{doors.ws}/")
        assert "text/html" in page.headers["Content-Type"]
        async with session.ws_connect(f"http://{doors.ws}/websocket") as socket:
            await socket.send_str("node")
            assert await socket.receive_str() in release.names("a")
    async with Client(doors.grpc) as client:
        replies = await asyncio.gather(*(client.run("rpc erlang:node()") for _ in range(PICKS)))
    assert {reply.strip("'") for reply in replies} == release.names("b")


@pytest.mark.parametrize(("kind", "other"), ["ab", "ba"])
def test_300_picks_reach_every_node_of_the_other_kind(kind: str, other: str, release: Release) -> None:
    assert called(release, kind, 300) == release.names(other)


@pytest.fixture
def broken(release: Release) -> Iterator[None]:
    def select(kind: str) -> None:
        patch = f'{{"spec":{{"selector":{{"app.kubernetes.io/component":"node-{kind}"}}}}}}'
        release.kubectl("patch", "service", f"{release.prefix}-b-svc", "--patch", patch)

    select("a")
    yield
    select("b")


def test_helm_test_is_green(release: Release) -> None:
    tested = release.test()
    assert tested.returncode == 0, tested.stdout + tested.stderr
    assert "FAIL" not in tested.stdout


def test_helm_test_is_red_when_a_service_selects_the_wrong_pods(release: Release, broken: None) -> None:
    assert release.test().returncode != 0


def test_a_deleted_pod_comes_back_as_the_same_node(release: Release) -> None:
    pod = release.pod("b", 1)

    def seen() -> tuple[str, Term, Term]:
        volume = release.kubectl("get", "pod", pod, "-o", "jsonpath={.status.podIP}")
        return volume, fact(release, pod, "name"), fact(release, pod, "boot_epoch")

    release.ask(pod, "mfa", "store:put(before,deletion)")
    address, name, epoch = seen()
    release.kubectl("delete", "pod", pod)
    release.wait_ready()
    new_address, new_name, new_epoch = seen()
    assert new_address != address
    assert (new_name, new_epoch) == (name, epoch + 1)  # type: ignore[operator]
    assert release.ask(pod, "mfa", "store:get(before)") == "{ok,deletion}"


def test_volumes_outlive_the_release(release: Release, tags: tuple[str, str]) -> None:
    pod = release.pod("a", 2)
    release.ask(pod, "mfa", "store:put(before,uninstall)")
    epoch = fact(release, pod, "boot_epoch")
    release.uninstall()
    release.upgrade(tags[0])
    assert release.ask(pod, "mfa", "store:get(before)") == "{ok,uninstall}"
    assert fact(release, pod, "boot_epoch") == epoch + 1  # type: ignore[operator]


def test_releases_live_side_by_side(release: Release, tags: tuple[str, str]) -> None:
    """In one namespace and in another; each keeps to its own nodes."""
    chosen = {"nodes": {"a": {"service": {"nodePorts": dict.fromkeys(("http", "ws", "grpc"))}}}}
    with restricted_namespace("erlang-e2e-other") as other:
        neighbours = (Release("second", release.namespace), Release("erlang-docker", other))
        for neighbour in neighbours:
            neighbour.upgrade(tags[0], chosen)
            assert called(neighbour, "a", 100) == neighbour.names("b")
        for neighbour in neighbours:
            neighbour.uninstall()
