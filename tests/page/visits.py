"""A visit to the page of a node."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from playwright.async_api import Browser, ConsoleMessage, Locator, Page, expect

from chromium import WAIT_MS
from harness import LOOPBACK

NOTHING = re.compile(r"(?!)")
FAILED_RECONNECT = re.compile(
    r"WebSocket connection to 'ws://127\.0\.0\.1:\d+/websocket' failed: "
    r"|Failed to load resource: net::ERR_"
)


@asynccontextmanager
async def visit(
    browser: Browser, port: int, expected: re.Pattern[str] = NOTHING, **options: Any
) -> AsyncIterator[Page]:
    """The page of a node, connected; what the console says must be expected."""
    problems: list[str] = []
    async with await browser.new_context(locale="en-GB", reduced_motion="reduce", **options) as context:
        # The shortest of the delays before a reconnect.
        await context.add_init_script("Math.random = () => 0")
        page = await context.new_page()
        page.set_default_timeout(WAIT_MS)

        def hear(message: ConsoleMessage) -> None:
            if message.type in {"error", "warning"}:
                problems.append(message.text)

        page.on("console", hear)
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("dialog", lambda dialog: problems.append(f"dialog: {dialog.message}"))
        await page.goto(f"http://{LOOPBACK}:{port}/")
        await expect(page.locator("#node")).to_be_visible()
        await expect(page.locator(".fn").first).to_be_attached()
        yield page
        # Whatever is still on its way to the console arrives before this answer.
        await page.evaluate("0")
    assert [text for text in problems if not expected.match(text)] == []


async def enter(page: Page, command: str) -> Locator:
    """Run it; gives the newest entry, which is its own."""
    await page.locator("#command").fill(command)
    await page.keyboard.press("Escape")
    await page.keyboard.press("Enter")
    return page.locator(".entry").first


async def copied_by(button: Locator) -> str:
    """What its click copies, a moment later."""
    await button.page.evaluate("navigator.clipboard.writeText('')")
    await button.click()
    while not (copied := str(await button.page.evaluate("navigator.clipboard.readText()"))):
        await asyncio.sleep(0.02)
    return copied
