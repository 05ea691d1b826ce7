"""Every state of the page: nothing that axe finds, nothing cut, nothing on top of something else."""

import re
import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page

from erlang_docker.local.cluster import Cluster
from states import STATES, empty, replies, touring

AXE = Axe()
FAILED_RECONNECT = re.compile(r"WebSocket connection to 'ws://127\.0\.0\.1:\d+/websocket' failed: ")


async def test_every_state(browser: Browser, cluster: Cluster) -> None:
    found: list[tuple[str, list[str]]] = []
    async with touring(browser, cluster, 1440, 900, "light") as tour:
        for state in STATES:
            await state(tour)
            found.append((state.__name__, [*await broken(tour.page), *await misplaced(tour.page)]))
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


# Contrast: WCAG 2.2, 1.4.3, of what axe does not look at, the text of the picture; and of marks (1.4.11).
FACTS = """() => {
  const found = [];
  const seen = (item) => item.checkVisibility() && item.getBoundingClientRect().width > 1;
  const all = (selector) => [...document.querySelectorAll(selector)].filter(seen);
  const name = (item) => `${item.tagName}.${item.getAttribute("class")}#${item.id} ${item.textContent.slice(0, 30)}`;
  if (document.documentElement.scrollWidth > innerWidth) found.push(`page is ${document.documentElement.scrollWidth} wide`);
  for (const item of all("button, h1, h2, .meta, .who, dt, dd, .outcome, figcaption, .note, .reply, #verdict, .fn")) {
    if (item.scrollWidth > item.clientWidth + 1 && getComputedStyle(item).display !== "inline") found.push(`cut: ${name(item)}`);
  }
  const overlap = (a, b) => {
    const [p, q] = [a.getBoundingClientRect(), b.getBoundingClientRect()];
    return p.left < q.right - 1 && q.left < p.right - 1 && p.top < q.bottom - 1 && q.top < p.bottom - 1;
  };
  for (const group of ["header > *", "main > *", ".tile", "#output > li", ".station", ".tools > *", "#steps > li"]) {
    const items = all(group).slice(0, 20);
    items.forEach((a, at) => items.slice(at + 1).forEach((b) => overlap(a, b) && found.push(`${name(a)} is on ${name(b)}`)));
  }
  for (const item of all("#picture text")) {
    const [box, frame] = [item.getBoundingClientRect(), document.getElementById("way").getBoundingClientRect()];
    if (box.left < frame.left || box.right > frame.right || box.bottom > frame.bottom) found.push(`outside: ${name(item)}`);
  }
  const rgb = (text) => text.match(/[\\d.]+/g).slice(0, 3).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((v) => v / 255)
    .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const contrast = (a, b) => {
    const pair = [light(rgb(a)), light(rgb(b))];
    return (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05);
  };
  const ground = getComputedStyle(document.getElementById("way")).backgroundColor;
  if (matchMedia("(forced-colors: active)").matches) return found;
  for (const item of all(".place, .ms, .station:not(.used) text")) {
    const ratio = contrast(getComputedStyle(item).fill, ground);
    if (ratio < 4.5) found.push(`contrast ${ratio}: ${name(item)}`);
  }
  for (const item of all(".station rect, .ray")) {
    const ratio = contrast(getComputedStyle(item).stroke, ground);
    if (ratio < 3) found.push(`contrast ${ratio}: ${name(item)}`);
  }
  return found;
}"""
