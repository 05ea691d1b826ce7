"""The page's connection: what is lost with a node, what waits for the next, and what a node says of itself."""

import asyncio
import re
from contextlib import AsyncExitStack
from pathlib import Path

from playwright.async_api import Browser, Page, expect

import user_functions
from erlang_docker.release import Release
from harness import RELEASES, Pair, node, services, socket
from held_functions import BEGUN, GO_ON, held_releases
from page.visits import FAILED_RECONNECT, enter, visit
from test_fault_switches import switched


async def test_what_a_stopping_node_did_not_run_goes_to_the_next(browser: Browser, tmp_path: Path, base: int) -> None:
    """Whose functions are listed then."""
    other = {"a": Release("a", "b", exports=(user_functions,)), "b": RELEASES["b"]}
    port = base + 1  # of those that nobody takes meanwhile
    async with services() as among, AsyncExitStack() as running:
        await running.enter_async_context(node("a", tmp_path, among, releases=held_releases(), ws_port=port))
        opened = visit(browser, port, expected=FAILED_RECONNECT)
        page = await opened.__aenter__()
        await expect(page.locator("#groups")).to_contain_text("held:up")
        async with socket(port) as idle:
            await enter(page, "mfa held:up()")
            await BEGUN.wait()
            await enter(page, "mfa erlang:node()")
            await expect(page.locator(".entry.waiting")).to_have_count(2)
            stopping = asyncio.create_task(running.aclose())
            assert await idle.listen() == [(1001, "the node is stopping")]  # so all sockets are told
            GO_ON.set()
        await stopping
        await expect(page.locator(".entry").first).to_have_class(re.compile("queued"))
        await expect(page.locator("#banner")).to_contain_text(re.compile("a-0|No node answers"))
        async with node("a", tmp_path, among, 1, releases=other, ws_port=port):
            await expect(page.locator(".notice").first).to_contain_text("Moved from a-0 to a-1")
            await expect(page.locator(".reply")).to_have_text(["a-1", "ok"])
            await expect(page.locator("#groups")).to_contain_text("user:echo")
            await expect(page.locator("#groups")).not_to_contain_text("held:up")
            await opened.__aexit__(None, None, None)


async def test_the_connection_button(page: Page, pair: Pair) -> None:
    await page.get_by_role("button", name="Disconnect").click()
    await expect(page.locator("#banner")).to_contain_text("Not connected")
    entry = await enter(page, "hello")
    await expect(entry.locator(".outcome")).to_have_text("queued")
    await page.get_by_role("button", name="Connect", exact=True).click()
    await expect(entry.locator(".reply")).to_have_text("hello")


async def test_a_node_that_is_broken_on_purpose(browser: Browser, tmp_path: Path) -> None:
    """Its tile says so, until it is whole again."""
    async with (
        services() as among,
        node("a", tmp_path, among, fault_switches=True) as a,
        visit(browser, a.ws_port) as page,
    ):
        told = page.locator(".tile .faults")
        await expect(told).to_be_hidden()
        await switched(a, "POST", delay_ms=30, fail_store=True)
        await expect(told).to_have_text(re.compile(r"broken on purpose: delay_ms 30 \(\d+ s\), fail_store 1 \(\d+ s\)"))
        await switched(a, "DELETE")
        await expect(told).to_be_hidden()
