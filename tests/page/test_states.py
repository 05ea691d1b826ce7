"""Every state of the page: nothing that axe finds, nothing cut, nothing on top of something else."""

from pathlib import Path

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page

from erlang_docker.local.cluster import Cluster
from page.visits import FAILED_RECONNECT
from page_states import STATES, empty, replies, silent, spreading, touring

AXE = Axe()
FACTS = Path(__file__).with_name("facts.js").read_text(encoding="utf-8")
PASSING = {spreading, silent}
"""Of which the next state has all that axe looks at."""


@pytest.mark.timeout(180)
async def test_every_state(browser: Browser, cluster: Cluster) -> None:
    found: list[tuple[str, list[str]]] = []
    async with touring(browser, cluster, 1440, 900, "light") as tour:
        for state in STATES:
            await state(tour)
            by_axe = [] if state in PASSING else await broken(tour.page)
            found.append((state.__name__, [*by_axe, *await misplaced(tour.page)]))
        assert tour.problems(FAILED_RECONNECT) == []
    assert [(state, problems) for state, problems in found if problems] == []


@pytest.mark.parametrize(("width", "height"), [(360, 740), (2560, 1300)])
async def test_sizes_in_the_dark(width: int, height: int, browser: Browser, cluster: Cluster) -> None:
    """The field and the first reply are seen without scrolling."""
    async with touring(browser, cluster, width, height, "dark") as tour:
        await empty(tour)
        await replies(tour)
        bottom = "document.querySelector('.entry .reply').getBoundingClientRect().bottom + scrollY"
        assert await tour.page.evaluate(bottom) <= height
        assert [*await broken(tour.page), *await misplaced(tour.page)] == []


async def broken(page: Page) -> list[str]:
    """What axe finds: rule, and the elements."""
    results = await AXE.run(page, options={"resultTypes": ["violations"]})
    return [f"{rule['id']}: {[node['target'] for node in rule['nodes']]}" for rule in results.response["violations"]]


async def misplaced(page: Page) -> list[str]:
    """Layout facts that do not hold."""
    facts: list[str] = await page.evaluate(FACTS)
    return facts
