"""The examples on the cluster, installed and used as their READMEs say, while their pods are deleted."""

import asyncio
import os
import secrets
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import aiohttp
import pytest
from PIL import Image

from chat_browser import agree, all_say, browsers
from documents import blocks
from e2e.kubernetes import KINDS, ROOT, Release, machine, restricted_namespace, run
from e2e.reader import Reader

pytestmark = pytest.mark.long

UPLOADS = 30


@pytest.fixture(scope="module")
def tag() -> str:
    """Of images on top of those that `make images` builds, which are built here."""
    for kind in KINDS:
        run("docker", "build", "--quiet", "-f", f"Dockerfile.{kind}", "-t", f"erlang-docker-{kind}", ".")
    return f"e2e-{secrets.token_hex(4)}"


@pytest.fixture
def release(request: pytest.FixtureRequest, tag: str, tmp_path: Path) -> Iterator[tuple[Release, str]]:
    """An example, and what the commands print that its README has for when it is installed."""
    name: str = request.param
    install, *commands = (
        block.text for block in blocks(f"examples/{name}/README.md") if block.heading == "On Kubernetes"
    )
    with restricted_namespace(f"erlang-e2e-{name}") as namespace:
        reader = Reader.of(namespace, tmp_path)
        reader.type(install, REGISTRY=os.environ["REGISTRY"], TAG=tag)
        installed = Release(name, namespace)
        typed = [
            reader.type(command.replace("--output ", f"--output {tmp_path}/"), MACHINE=machine())
            for command in commands
        ]
        yield installed, "".join(typed)
        installed.uninstall()


@pytest.mark.parametrize("release", ["thumbnails"], indirect=True)
async def test_thumbnails(release: tuple[Release, str], tmp_path: Path) -> None:
    """Many at once, while the nodes that make them are replaced."""
    installed, _ = release
    with Image.open(tmp_path / "thumbnail.webp") as made:
        assert max(made.size) == 128
    picture = (ROOT / "docs/page-calls.png").read_bytes()

    async def upload(session: aiohttp.ClientSession) -> int:
        for _ in range(5):
            async with session.post(f"http://{machine()}:30081/", data=picture) as answer:
                body = await answer.read()
                if answer.status != 503:
                    break
            await asyncio.sleep(float(answer.headers["Retry-After"]))
        with Image.open(BytesIO(body)) as thumbnail:
            return max(thumbnail.size)

    installed.kubectl("delete", "pod", installed.pod("b", 0), "--wait=false")
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(force_close=True)) as session:
        sizes = []
        for _ in range(UPLOADS // 3):
            sizes += await asyncio.gather(*(upload(session) for _ in range(3)))
    assert sizes == [128] * UPLOADS


@pytest.mark.parametrize("release", ["cache"], indirect=True)
def test_cache(release: tuple[Release, str]) -> None:
    """An owner that is away is told, and comes back with what it had."""
    installed, printed = release
    assert printed == 'undefined\n{ok,"blue"}\n'
    first, last = installed.pod("a", 0), installed.node(installed.pod("b", 2))
    key = next(key for key in map(str, range(100)) if last in installed.ask(first, "mfa", f'cache:owner("{key}")'))
    installed.ask(first, "mfa", f'cache:put("{key}",here,600)')
    installed.kubectl("scale", f"statefulset/{installed.prefix}-b-sfs", "--replicas=2")
    installed.kubectl("wait", "--for=delete", f"pod/{installed.pod('b', 2)}", "--timeout=90s")
    answer = installed.kubectl(
        "exec", first, "--", "sh", "-c", f"erlang-docker mfa 'cache:get(\"{key}\")' 2>&1 || true"
    )
    assert answer.replace("\n", "").replace(" ", "").startswith(f'{{error,{{down,<<"{last}">>}}')
    installed.kubectl("scale", f"statefulset/{installed.prefix}-b-sfs", "--replicas=3")
    installed.wait_ready()
    assert installed.ask(installed.pod("a", 1), "mfa", f'cache:get("{key}")') == "{ok,here}"


@pytest.mark.parametrize("release", ["chat"], indirect=True)
async def test_chat(release: tuple[Release, str]) -> None:
    """All pods of kind b, so the room's too, and all of kind a but one are deleted while three people talk."""
    installed, printed = release
    assert "<title>Chat</title>" in printed
    texts = [str(number) for number in range(20)]
    before = {pod.uid for kind in KINDS for pod in installed.pods(kind).values()}
    async with browsers([f"http://{machine()}:30082"], "lobby", "Ann", "Bob", "Cem") as there:
        await all_say(there, *texts[:5])
        for number, text in enumerate(texts[5:]):
            if number < 3:
                installed.kubectl("delete", "pod", installed.pod("b", number), "--wait=false")
            elif number < 5:
                installed.kubectl("delete", "pod", installed.pod("a", number - 3), "--wait=false")
            await all_say(there, text)
            await asyncio.sleep(1.0)
        async with asyncio.timeout(120):
            await agree(there, *texts)
    installed.wait_ready()
    after = {pod.uid for kind in KINDS for pod in installed.pods(kind).values()}
    assert len(before & after) == 1
