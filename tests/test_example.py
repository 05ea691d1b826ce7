"""The example, a shop: on two nodes in this process, as `make run` runs it; and the images of all examples."""

import asyncio
import re
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from erlang_docker import Client, Release
from erlang_docker.local.plan import Plan
from harness import LOOPBACK, two_nodes
from make_run import EXAMPLES, SERVICES, start, until_welcome
from otp.terms.types import Atom
from shop import buying, offers

RELEASES = {"a": Release("a", "b", (buying,)), "b": Release("b", "a", (offers,), offers.lifespan)}


@pytest.fixture(scope="module")
async def buyer(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Client]:
    """Of the kind a node of a pair."""
    folder = tmp_path_factory.mktemp("shop")
    async with two_nodes(folder, RELEASES) as pair, Client(f"{LOOPBACK}:{pair.a.grpc_port}") as client:
        yield client


async def test_the_best_of_one_offer_is_kept(buyer: Client) -> None:
    seller = await buyer.rpc("erlang:node", returns=str)
    assert await buyer.mfa("shop:best", "book", 1, returns=tuple[int, str]) == (999, seller)
    assert await buyer.mfa("store:get", "book", returns=tuple[Atom, tuple[int, str]]) == (Atom("ok"), (999, seller))


async def test_what_nobody_sells_is_a_failure_of_the_function(buyer: Client) -> None:
    failure = await buyer.run('mfa shop:best("car",1)')
    assert failure == '{error,{unknown,<<"car">>},[{shop,best,["car",1],[]}]}'


async def test_make_run_runs_it(tmp_path: Path, base: int) -> None:
    """All sellers have booted once and want the same, so the first by name has the best offer."""
    nodes = Plan(tmp_path, base).nodes
    buyers = [node for node in nodes if node.name.kind == "a"]
    best = (999, min(str(node.name) for node in nodes if node.name.kind == "b"))
    with start(tmp_path, base, "--module-a", "shop.a", "--module-b", "shop.b", path=[SERVICES, EXAMPLES]) as process:
        await asyncio.to_thread(until_welcome, process)
        for buyer, other in zip(buyers, buyers[1:] + buyers[:1], strict=True):
            async with Client(str(buyer.grpc)) as client:
                assert await client.mfa("shop:best", "book", 3, returns=tuple[int, str]) == best
            async with Client(str(other.grpc)) as client:
                kept = f"mfa rpc:call('{buyer.name}',store,get,[<<\"book\">>])"
                assert one_line(await client.run(kept)) == f'{{ok,{{999,<<"{best[1]}">>}}}}'


def one_line(reply: str) -> str:
    """A reply that is longer than a line of a terminal is printed on several."""
    return re.sub(r"\n *", "", reply)


def dockerfile(folder: str, kind: str) -> str:
    return (EXAMPLES / folder / f"Dockerfile.{kind}").read_text()


@pytest.mark.parametrize(("folder", "name"), [(".", "shop"), ("cache", "cache"), ("chat", "chat")])
def test_its_images_differ_in_the_kind_alone(folder: str, name: str) -> None:
    a, b = (re.sub(rf"\b(erlang-docker-|{name}\.){kind}\b", r"\1X", dockerfile(folder, kind)) for kind in "ab")
    assert dockerfile(folder, "a") != dockerfile(folder, "b")
    assert a == b


@pytest.mark.parametrize("folder", [".", "thumbnails", "cache", "chat"])
@pytest.mark.parametrize("kind", ["a", "b"])
def test_what_its_images_add_is_enough(folder: str, kind: str, tmp_path: Path) -> None:
    """A node starts from it and the product's own sources, as far as its first look at the environment."""
    ((source, target),) = re.findall(r"^COPY (\S+) /app/(\S+)$", dockerfile(folder, kind), re.MULTILINE)
    (tmp_path / target).symlink_to(EXAMPLES / source)
    (module,) = re.findall(r'^ENTRYPOINT \["python", "-m", "(\S+)"\]$', dockerfile(folder, kind), re.MULTILINE)
    started = subprocess.run(
        [sys.executable, "-m", module],
        cwd=tmp_path,
        env={"PYTHONPATH": str(SERVICES)},
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    assert (started.returncode, started.stderr) == (78, f"erlang-docker-{kind}: ERLANG_HOST_NAME is not set\n")
