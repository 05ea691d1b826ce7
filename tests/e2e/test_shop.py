"""The example as a release of its own images, beside that of the product's."""

import json
import secrets
import time
from collections.abc import Iterator

import pytest

from e2e.kubernetes import KINDS, Release, push_shop_images, restricted_namespace
from erlang_docker.client import Client
from erlang_docker.names import NodeName
from otp.terms.read.reader import parse_term
from otp.terms.types import Atom

LOG_SECONDS = 10.0


@pytest.fixture(scope="module")
def shop() -> Iterator[Release]:
    """With the chart's own values, but for the images and the NodePorts, which another release may have."""
    tag = f"e2e-{secrets.token_hex(4)}"
    push_shop_images(tag)
    images: dict[str, dict[str, object]] = {kind: {"image": {"repository": f"shop-{kind}"}} for kind in KINDS}
    images["a"]["service"] = {"nodePorts": dict.fromkeys(("http", "ws", "grpc"))}
    with restricted_namespace("erlang-e2e-shop") as namespace:
        installed = Release("shop", namespace)
        installed.upgrade(tag, {"nodes": images})
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
