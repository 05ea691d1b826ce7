"""Pictures of every state of the page, in four sizes and two schemes, to be looked at: `scripts/screens.sh [STATE ...]`."""

import asyncio
import sys
from pathlib import Path

from playwright.async_api import async_playwright

from conftest import launch
from erlang_docker.local.cluster import run_cluster
from erlang_docker.local.plan import Plan
from ports import free_ports
from states import STATES, touring

SIZES = ((360, 740), (768, 1024), (1440, 900), (2560, 1300))
SCHEMES = ("light", "dark")


async def main(out: Path, wanted: list[str]) -> None:
    """All of them, or those of some states, or of sizes such as `360`."""
    out.mkdir(parents=True, exist_ok=True)
    sizes = [size for size in SIZES if not any(map(str.isdigit, wanted)) or str(size[0]) in wanted]
    with free_ports() as base:
        async with async_playwright() as playwright, launch(playwright) as browser:
            plan = Plan(out / "data", base, {"a": "shop.a", "b": "shop.b"})
            async with run_cluster(plan, lambda line: None) as cluster:
                for width, height in sizes:
                    for scheme in SCHEMES if not set(SCHEMES) & set(wanted) else set(SCHEMES) & set(wanted):
                        await cluster.wait_ready()
                        async with touring(browser, cluster, width, height, scheme) as tour:
                            for number, state in enumerate(STATES):
                                await state(tour)
                                path = out / f"{number:02}-{state.__name__}-{width}-{scheme}.png"
                                await tour.page.screenshot(path=path)
                        print(f"{width}x{height} {scheme}", flush=True)  # noqa: T201


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2:]))
