"""Pictures of every state of the page, in four sizes and two schemes, to be looked at; see scripts/screens.sh."""

import asyncio
import sys
from pathlib import Path

from chromium import chromium
from erlang_docker.local.cluster import run_cluster
from erlang_docker.local.plan import Plan
from page_states import STATES, Scheme, Tour, touring
from ports import free_ports

SIZES = {"360": (360, 740), "768": (768, 1024), "1440": (1440, 900), "2560": (2560, 1300)}
SCHEMES: tuple[Scheme, ...] = ("light", "dark")


async def draw(out: Path, sizes: list[str], schemes: list[Scheme]) -> None:
    """A tour for each size and scheme, through one cluster with functions of its own."""
    with free_ports() as base:
        plan = Plan(out / "data", base, {"a": "shop.a", "b": "shop.b"})
        async with chromium() as browser, run_cluster(plan, lambda line: None) as cluster:
            await cluster.wait_ready()
            for size in sizes:
                for scheme in schemes:
                    async with touring(browser, cluster, *SIZES[size], scheme) as tour:
                        await walk(tour, out, f"{size}-{scheme}")


async def walk(tour: Tour, out: Path, name: str) -> None:
    """Through all states, one picture each."""
    for number, state in enumerate(STATES):
        await state(tour)
        await tour.page.screenshot(path=out / f"{number:02}-{state.__name__}-{name}.png")


if __name__ == "__main__":
    folder, wanted = Path(sys.argv[1]), sys.argv[2:]
    folder.mkdir(parents=True, exist_ok=True)
    sizes = [size for size in SIZES if size in wanted] or list(SIZES)
    asyncio.run(draw(folder, sizes, [scheme for scheme in SCHEMES if scheme in wanted] or list(SCHEMES)))
