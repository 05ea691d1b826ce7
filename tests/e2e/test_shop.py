"""The example as a release of its own images, beside that of the product's."""

import json
import os
import secrets
import time
from collections.abc import Iterator

import pytest

from documents import run_by
from e2e.kubernetes import Release, restricted_namespace
from e2e.reader import Reader
from erlang_docker.client import Client
from erlang_docker.names import NodeName
from otp.terms.read.reader import parse_term
from otp.terms.types import Atom

LOG_SECONDS = 10.0
PORTS = dict.fromkeys(("http", "ws", "grpc"))


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Release]:
    """Built and installed as its reader does, but for the NodePorts, which another release may have."""
    folder = tmp_path_factory.mktemp("shop")
    (folder / "values.json").write_text(json.dumps({"nodes": {"a": {"service": {"nodePorts": PORTS}}}}))
    (block,) = run_by("tests/e2e/test_shop.py")["docs/how-to/image.md"]
    commands = block.text.replace("charts/erlang-docker ", f"charts/erlang-docker --values {folder}/values.json ")
    with restricted_namespace("erlang-e2e-shop") as namespace:
        tag = f"e2e-{secrets.token_hex(4)}"
        Reader.of(namespace, folder).type(commands, REGISTRY=os.environ["REGISTRY"], TAG=tag)
        installed = Release("shop", namespace)
        yield installed
        installed.uninstall()


def logged(release: Release, pod: str, message: str) -> dict[str, object]:
    """The first line of a pod's log with this message; it takes a moment from the node to kubectl."""
    deadline = time.monotonic() + LOG_SECONDS
    while time.monotonic() < deadline:
        for line in release.kubectl("logs", pod).splitlines():
            if message in line:
                fields: dict[str, object] = json.loads(line)
                return fields
        time.sleep(0.5)
    raise AssertionError(f"{pod} has not logged {message}")


async def test_the_best_of_three_offers_is_answered_kept_and_logged(shop: Release) -> None:
    """All sellers have booted once and want the same, so the first by name has the best offer."""
    async with Client(shop.doors().grpc) as client:  # one connection, hence one node
        buyer = await client.run("node")
        price, seller = await client.mfa("shop:best", "book", 3, returns=tuple[int, str])
    assert (price, seller) == (999, min(shop.names("b")))
    pod = NodeName.parse(buyer).host.partition(".")[0]
    kept = parse_term(shop.ask(pod, "mfa", 'store:get(<<"book">>)'))
    assert kept == (Atom("ok"), (price, seller.encode()))
    line = logged(shop, pod, "best offer for book")
    assert line.pop("call")
    assert {name: line[name] for name in ("node", "module", "function", "caller")} == {
        "node": buyer,
        "module": "shop",
        "function": "best",
        "caller": "console",
    }
