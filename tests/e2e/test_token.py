"""A release whose console wants a token, and whose Service shows only the console's ports."""

from base64 import b64decode
from collections.abc import Iterator

import aiohttp
import pytest

from e2e.kubernetes import Release, machine, restricted_namespace
from erlang_docker.client import Client
from erlang_docker.errors import Forbidden, Unauthenticated

pytestmark = pytest.mark.long

VALUES = {
    "console": {"token": {"create": True}},
    "nodes": {
        "a": {
            "replicas": 1,
            "service": {
                "ports": {"http": False},
                "nodePorts": dict.fromkeys(("http", "ws", "grpc")),
                "externalTrafficPolicy": "Cluster",
            },
        },
        "b": {"replicas": 1},
    },
}
NEW_TOKEN = "another-token-of-those-who-run"
FOLLOW_SECONDS = 30.0


@pytest.fixture(scope="module")
def locked(tags: tuple[str, str]) -> Iterator[Release]:
    with restricted_namespace("erlang-e2e-token") as namespace:
        installed = Release("locked", namespace)
        installed.upgrade(tags[0], VALUES)
        yield installed
        installed.uninstall()


@pytest.fixture(scope="module")
def ports(locked: Release) -> dict[str, str]:
    """`host:port` by the name of the port."""
    listed = "{range .spec.ports[*]}{.name}={.nodePort} {end}"
    found = locked.kubectl("get", "service", f"{locked.prefix}-a-svc", "-o", f"jsonpath={listed}").split()
    return {name: f"{machine()}:{port}" for name, port in (each.split("=") for each in found)}


def token(release: Release, key: str) -> str:
    """As the notes say, but for the decoding."""
    secret = release.kubectl("get", "secret", f"{release.prefix}-token", "-o", f"jsonpath={{.data.{key}}}")
    return b64decode(secret).decode()


async def handshake(ws: str, shown: str) -> int:
    """The status of a WebSocket's handshake."""
    headers = {"Authorization": f"Bearer {shown}"} if shown else {}
    async with aiohttp.ClientSession(headers=headers) as session:
        try:
            async with session.ws_connect(f"http://{ws}/websocket"):
                return 101
        except aiohttp.WSServerHandshakeError as refused:
            return refused.status


async def test_every_door_from_outside(locked: Release, ports: dict[str, str]) -> None:
    run, read = token(locked, "run"), token(locked, "read")
    assert set(ports) == {"ws", "grpc"}
    said = [await handshake(ports["ws"], shown) for shown in ("", "a-token-of-somebody-else", read, run)]
    assert said == [401, 401, 101, 101]
    async with Client(ports["grpc"]) as nobody, Client(ports["grpc"], token=read) as reader:
        with pytest.raises(Unauthenticated):
            await nobody.run("node")
        assert await reader.rpc("erlang:abs", -1, returns=int) == 1
        with pytest.raises(Forbidden):
            await reader.rpc("store:delete", "x")
    async with Client(ports["grpc"], token=run) as runner:
        assert await runner.run("rpc store:put(x,1)") == "ok"


def test_helm_test_and_the_command_line_in_a_pod_have_the_token(locked: Release) -> None:
    """Node b picks node a through the Service that has all ports: the other has none for picks."""
    tested = locked.test()
    assert tested.returncode == 0, tested.stdout + tested.stderr
    node = locked.ask(locked.pod("b", 0), "rpc", "erlang:node()")
    assert node == f"'{locked.node(locked.pod('a', 0))}'"


async def test_a_token_is_replaced_without_a_restart(
    locked: Release, ports: dict[str, str], tags: tuple[str, str]
) -> None:
    """The kubelet looks again within a minute, or at once when the pod changes. Sockets end with the old token, and an
    upgrade keeps the new.
    """
    pod, old = locked.pod("a", 0), token(locked, "run")
    uid = locked.pods("a")[pod].uid
    patch = f'{{"stringData":{{"run":"{NEW_TOKEN}"}}}}'
    async with (
        aiohttp.ClientSession(headers={"Authorization": f"Bearer {old}"}) as session,
        session.ws_connect(f"http://{ports['ws']}/websocket") as socket,
    ):
        locked.kubectl("patch", "secret", f"{locked.prefix}-token", "--patch", patch)
        locked.kubectl("annotate", "pod", pod, "example.org/look=again")
        assert (await socket.receive(FOLLOW_SECONDS)).data == aiohttp.WSCloseCode.POLICY_VIOLATION
    async with Client(ports["grpc"], token=NEW_TOKEN) as client:
        await client.run("node")
    assert await handshake(ports["ws"], old) == 401
    locked.upgrade(tags[0], VALUES)
    assert token(locked, "run") == NEW_TOKEN
    found = locked.pods("a")[pod]
    assert (found.uid, found.restarts, found.ready) == (uid, 0, True)
