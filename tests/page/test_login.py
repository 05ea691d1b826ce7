"""The login of the page in a real Chromium."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, expect

from chromium import WAIT_MS
from erlang_docker.tokens import TokenFiles
from harness import LOOPBACK, Services, node, services
from page.test_states import broken, misplaced
from page.visits import copied_by, enter

RUN, READ = "the-token-of-those-who-run", "the-token-of-those-who-read"
PHONE = {"width": 360, "height": 740}
REFUSED = re.compile(r"Failed to load resource: the server responded with a status of 401")


@pytest.fixture(scope="module")
async def locked(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[int, Services]]:
    """The page's port of a node that wants a token."""
    folder = tmp_path_factory.mktemp("locked")
    files = TokenFiles(folder / "run", folder / "read")
    for path, token in zip(files, (RUN, READ), strict=True):
        assert path is not None
        path.write_text(token)
    async with services() as among, node("a", folder, among, tokens=files) as a:
        yield a.ws_port, among


@asynccontextmanager
async def visit(browser: Browser, port: int) -> AsyncIterator[tuple[Page, BrowserContext]]:
    """The page, before anybody logs in; nothing but a refusal may leave an error in the console."""
    problems: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not REFUSED.match(message.text):
            problems.append(message.text)

    options: Any = {"viewport": PHONE, "locale": "en-GB", "permissions": ["clipboard-read", "clipboard-write"]}
    async with await browser.new_context(**options) as context:
        page = await context.new_page()
        page.set_default_timeout(WAIT_MS)
        page.on("console", hear)
        page.on("pageerror", lambda error: problems.append(str(error)))
        await page.goto(f"http://{LOOPBACK}:{port}/")
        yield page, context
    assert problems == []


async def log_in(page: Page, token: str) -> None:
    await page.get_by_label("Token").fill(token)
    await page.keyboard.press("Enter")


async def test_nothing_is_there_before_a_right_token(locked: tuple[int, Services], browser: Browser) -> None:
    async with visit(browser, locked[0]) as (page, context):
        await expect(page.get_by_label("Token")).to_be_focused()
        await expect(page.locator("#facts")).to_have_text("Not logged in")
        for hidden in ("#console", "#way", "#nodes", "#toggle", "#logout", "#banner :visible", ".skip"):
            await expect(page.locator(hidden)).to_be_hidden()
        for token, said in (("not-the-token-of-anybody", "Wrong token."), ("€", "Not logged in: ")):
            await log_in(page, token)
            await expect(page.locator("#login-note")).to_contain_text(said)
        assert [*await broken(page), *await misplaced(page)] == []
        await page.locator("#language").click()
        await expect(page.get_by_label("令牌")).to_be_visible()
        assert await context.cookies() == []


async def test_who_may_run(locked: tuple[int, Services], browser: Browser) -> None:
    """Logs in once: a reload needs no token, which is nowhere where a script or an address bar could have it."""
    async with visit(browser, locked[0]) as (page, context):
        await log_in(page, RUN)
        await expect(page.locator("#command")).to_be_focused()
        await expect(page.locator("#node")).to_have_text("a-0")
        await expect(page.locator(".fn").first).to_be_attached()
        for hidden in ("#out", "#role"):
            await expect(page.locator(hidden)).to_be_hidden()
        entry = await enter(page, "mfa store:put(page,1)")
        await expect(entry.locator(".reply")).to_have_text("ok")
        await entry.locator(".more-acts").click()
        copied = await copied_by(page.get_by_role("menuitem", name="Copy as grpcurl"))
        assert copied.startswith('grpcurl -plaintext -H "authorization: Bearer $TOKEN" -d ')
        await page.reload()
        await expect(page.locator("#node")).to_have_text("a-0")
        (cookie,) = await context.cookies()
        assert cookie.get("httpOnly")
        assert cookie.get("sameSite") == "Strict"
        kept = await page.evaluate(
            "[document.cookie, location.href, ...Object.values({...localStorage, ...sessionStorage})]"
        )
        assert "" in kept
        assert RUN not in str(kept)
        assert f"http://{LOOPBACK}:{locked[0]}/" in kept
        await page.get_by_role("button", name="Log out").click()
        await expect(page.get_by_label("Token")).to_be_visible()
        assert await context.cookies() == []


async def test_who_may_read_is_told_so(locked: tuple[int, Services], browser: Browser) -> None:
    async with visit(browser, locked[0]) as (page, _):
        await log_in(page, READ)
        await expect(page.locator("#role")).to_have_text("may only read")
        await expect(page.locator("#node")).to_have_text("a-0")
        entry = await enter(page, "mfa lists:seq(1,3)")
        await expect(entry.locator(".reply")).to_have_text("[1,2,3]")
        entry = await enter(page, "mfa store:delete(page)")
        await expect(entry.locator(".outcome")).to_have_text("not allowed")
        await expect(entry.locator(".reply")).to_have_text("{error,eacces}")
        await expect(entry.locator(".note")).to_have_text("This token is for functions that change nothing.")
        assert [*await broken(page), *await misplaced(page)] == []


async def test_a_token_that_is_replaced_asks_again(tmp_path: Path, browser: Browser) -> None:
    """By itself: its socket is closed."""
    files = TokenFiles(tmp_path / "run", None)
    files.run.write_text(RUN)
    async with (
        services() as among,
        node("a", tmp_path, among, tokens=files) as a,
        visit(browser, a.ws_port) as (page, _),
    ):
        await log_in(page, RUN)
        await expect(page.locator("#node")).to_have_text("a-0")
        files.run.write_text("another-token-of-those-who-run")
        await expect(page.get_by_label("Token")).to_be_visible()
        await expect(page.locator("#node")).to_be_hidden()
