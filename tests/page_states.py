"""What a person can see of the page: each state follows from the one before it, on a page of a running cluster."""

import os
import re
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from playwright.async_api import Browser, ConsoleMessage, Page, expect

from chromium import WAIT_MS
from erlang_docker.local.cluster import Cluster
from erlang_docker.local.running_node import RunningNode

Scheme: TypeAlias = Literal["light", "dark"]
REPLIES = (
    'mfa store:put(greeting,"你好")',
    "hello there",
    "mfa foo:bar()",
    "rpc maps:put(pi,3.14159,#{list => [1,2.5],text => [20013,25991],'an atom' => \"string\"})",
    'mfa binary:copy(<<"a long reply ">>,200)',
    "rpc lists:seq(1,5)",
    "rpc lists:seq(1,5)",
    "a \u202etxt.exe",
    "rpc erlang:node()",
)


BEGIN_SPREAD = """() => new Promise((begun) => {
  const look = () => document.getElementById("progress").value > 0 ? begun() : requestAnimationFrame(look);
  document.querySelector("#spread button").click();
  look();
})"""
"""Until something was counted. Looked at from inside of the page: from outside it may be over before it is seen."""


@dataclass
class Tour:
    """A page, and the cluster it shows."""

    page: Page
    cluster: Cluster
    heard: list[str] = field(default_factory=list)
    """What the console said, and what scripts failed with."""

    def hear(self, message: ConsoleMessage) -> None:
        """Of the console."""
        if message.type in {"error", "warning"}:
            self.heard.append(message.text)

    def problems(self, expected: re.Pattern[str]) -> list[str]:
        """What was not expected of it."""
        return [text for text in self.heard if not expected.match(text)]

    async def enter(self, command: str) -> None:
        """Type it and press Enter."""
        await self.page.locator("#command").fill(command)
        await self.page.keyboard.press("Escape")
        await self.page.keyboard.press("Enter")

    async def view(self, name: str) -> None:
        """The part of the page, where not all are seen at once."""
        choice = self.page.locator(f'#views [data-view="{name}"]')
        if await choice.is_visible():
            await choice.click()

    async def own(self) -> RunningNode:
        """The node that the page is connected to."""
        name = await self.page.locator("#node").get_attribute("title")
        return next(node for node in self.cluster.nodes if str(node.plan.name) == name)

    def send(self, number: signal.Signals, *nodes: RunningNode) -> None:
        """A signal to the processes of nodes."""
        for node in nodes:
            assert node.process is not None
            os.kill(node.process.pid, number)

    def of(self, kind: str) -> list[RunningNode]:
        """The nodes of a kind."""
        return self.cluster.of_kind(kind)


async def empty(tour: Tour) -> None:
    """Nothing was run yet."""
    await expect(tour.page.locator(".tile[data-state=ready]")).to_have_count(6)


async def completion(tour: Tour) -> None:
    """A part of a function's name has been typed."""
    await tour.page.locator("#command").press_sequentially("lists:s")
    await expect(tour.page.locator("#choices li").first).to_contain_text("lists:s")
    await tour.page.keyboard.press("ArrowDown")


async def guess(tour: Tour) -> None:
    """What is no command, but nearly."""
    await tour.enter("node()")
    await expect(tour.page.locator("#output li")).to_have_count(1)
    await tour.page.locator("#command").fill("lists:nth(2,")


async def replies(tour: Tour) -> None:
    """Of every kind."""
    for command in REPLIES:
        await tour.enter(command)
    await expect(tour.page.locator(".entry.waiting")).to_have_count(0)
    await expect(tour.page.locator("#steps li").first).to_be_visible()


async def menu(tour: Tour) -> None:
    """An entry as something to copy."""
    await tour.page.locator(".more-acts").first.click()
    await expect(tour.page.locator("#menu")).to_be_visible()


async def keys(tour: Tour) -> None:
    """The help."""
    await tour.page.keyboard.press("Escape")
    await tour.page.locator("#help").click()
    await expect(tour.page.locator("#keys")).to_be_visible()


async def functions(tour: Tour) -> None:
    """A search over all of them."""
    await tour.page.keyboard.press("Escape")
    await tour.view("functions")
    await tour.page.locator("#search").fill("seq")
    await expect(tour.page.locator(".fn").first).to_contain_text("seq")


async def spreading(tour: Tour) -> None:
    """While it counts."""
    await tour.view("picks")
    await tour.page.locator("#count").fill("200")
    await tour.page.evaluate(BEGIN_SPREAD)


async def spread(tour: Tour) -> None:
    """Counted, with the negative control."""
    await expect(tour.page.locator("#lesson")).to_contain_text("200", timeout=30_000)


async def frozen(tour: Tour) -> None:
    """A node that froze, and a command that waits."""
    tour.send(signal.SIGSTOP, tour.of("b")[2])
    await tour.view("nodes")
    await expect(tour.page.locator(".tile[data-state=frozen]")).to_have_count(1)
    await tour.view("console")
    await tour.enter("mfa timer:sleep(4500)")
    await expect(tour.page.locator(".entry.waiting .took")).to_contain_text("s")
    await tour.view("nodes")


async def silent(tour: Tour) -> None:
    """The page's own node froze."""
    tour.send(signal.SIGCONT, tour.of("b")[2])
    await tour.view("console")
    node = await tour.own()
    tour.send(signal.SIGSTOP, node)
    await expect(tour.page.locator("body")).to_have_attribute("data-state", "silent")


async def down(tour: Tour) -> None:
    """No node of its kind is there; one command may have run, one was not sent."""
    tour.send(signal.SIGCONT, *tour.of("a"))
    await expect(tour.page.locator("body")).to_have_attribute("data-state", "live")
    await tour.enter("mfa timer:sleep(4000)")
    await expect(tour.page.locator(".entry.waiting")).not_to_have_count(0)
    tour.send(signal.SIGKILL, *tour.of("a"))
    await expect(tour.page.locator("body")).to_have_attribute("data-state", "waiting")
    await tour.enter("rpc lists:seq(1,5)")
    await expect(tour.page.locator(".entry.queued")).to_have_count(1)


async def back(tour: Tour) -> None:
    """Connected again, in Chinese."""
    await expect(tour.page.locator("body")).to_have_attribute("data-state", "live", timeout=30_000)
    await expect(tour.page.locator(".entry.queued")).to_have_count(0)
    await tour.page.locator("#language").click()
    await expect(tour.page.locator("html")).to_have_attribute("lang", "zh-CN")


async def forced(tour: Tour) -> None:
    """In the colours of the system, and in English again."""
    await tour.page.locator("#language").click()
    await tour.page.emulate_media(forced_colors="active")


STATES: tuple[Callable[[Tour], Awaitable[None]], ...] = (
    empty,
    completion,
    guess,
    replies,
    menu,
    keys,
    functions,
    spreading,
    spread,
    frozen,
    silent,
    down,
    back,
    forced,
)


@asynccontextmanager
async def touring(browser: Browser, cluster: Cluster, width: int, height: int, scheme: Scheme) -> AsyncIterator[Tour]:
    """A page that was just opened; whatever happens to it, no node stays stopped."""
    async with await browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=scheme, reduced_motion="reduce", locale="en-GB"
    ) as context:
        # The longest of the delays before it connects again, for time to look.
        await context.add_init_script("Math.random = () => 0.99")
        page = await context.new_page()
        page.set_default_timeout(WAIT_MS)
        tour = Tour(page, cluster)
        page.on("console", tour.hear)
        page.on("pageerror", lambda error: tour.heard.append(str(error)))
        await page.goto(f"http://{cluster.plan.page}/")
        try:
            yield tour
        finally:
            for node in cluster.nodes:
                if node.process is not None and node.process.returncode is None:
                    os.kill(node.process.pid, signal.SIGCONT)
            await cluster.wait_ready()
