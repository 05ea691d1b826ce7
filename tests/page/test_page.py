"""The page of port 9090 in a real Chromium: nothing it does may leave an error in the console."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from playwright.async_api import Browser, ConsoleMessage, Error, Locator, Page, expect

import user_functions
from chromium import WAIT_MS
from erlang_docker.release import Release
from harness import LOOPBACK, RELEASES, Pair, node, services, socket
from held_functions import BEGUN, GO_ON, held_releases
from test_fault_switches import switched

NOTHING = re.compile(r"(?!)")
FAILED_RECONNECT = re.compile(
    r"WebSocket connection to 'ws://127\.0\.0\.1:\d+/websocket' failed: "
    r"|Failed to load resource: net::ERR_"
)
BLOCKED = re.compile(r"This document requires 'TrustedHTML' assignment")
HOSTILE = '<img src=x onerror="alert(1)"><script>alert(2)</script>'
LOADED = ("", "style.css", "page.js", "favicon.svg")
MAX_BYTES = 104_000
MAX_COMPRESSED = 32_000


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


@pytest.fixture
async def page(browser: Browser, pair: Pair) -> AsyncIterator[Page]:
    async with visit(browser, pair.a.ws_port, permissions=["clipboard-read", "clipboard-write"]) as opened:
        yield opened


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


async def test_replies(page: Page, pair: Pair) -> None:
    """The word and the mark of each outcome, who answered, and the reply in colours."""
    cases: list[tuple[str, str, str, str | re.Pattern[str]]] = [
        ("mfa store:put(page,1)", "value", "a-0", "ok"),
        ("rpc lists:seq(1,3)", "value", "b-0", "[1,2,3]"),
        ("rpc erlang:node()", "value", "b-0", "b-0"),
        ("node", "value", "a-0", "a-0"),
        ("mfa foo:bar()", "failed", "a-0", "{error,undef,[{foo,bar,[],[]}]}"),
        ("rpc foo:bar()", "failed", "b-0", "{badrpc,{'EXIT',{undef,[{foo,bar,[],[]}]}}}"),
        ("mfa lists:seq(1,,2)", "not a call", "a-0", re.compile(r"^\{error,\{1,erl_parse,")),
        ("hello", "echoed", "a-0", "hello"),
    ]
    for command, outcome, answered, reply in cases:
        entry = await enter(page, command)
        await expect(entry.locator(".asked code")).to_have_text(command)
        await expect(entry.locator(".outcome")).to_have_text(outcome)
        await expect(entry.locator(".who")).to_have_text(answered)
        await expect(entry.locator(".reply")).to_have_text(reply)
        await expect(entry.locator(".took")).to_have_text(re.compile(r"^\d+(\.\d+)? ms$"))
        assert ("bad" in str(await entry.get_attribute("class"))) == (outcome in {"failed", "not a call"})
    assert await page.locator(".t-number").count() > 1


async def test_the_way_of_a_call_is_lit(page: Page, pair: Pair) -> None:
    used = page.locator(".station.used")
    await enter(page, "rpc lists:seq(1,5)")
    await expect(used).to_have_text(["a-0", "b-0"])
    await expect(page.locator("#steps .run")).to_be_visible()
    await expect(page.locator("#told .t-node")).to_have_attribute("title", str(pair.b.identity.name))
    assert await page.locator(".ray").count() == 4
    await enter(page, "mfa lists:seq(1,5)")
    await expect(used).to_have_text(["a-0"])
    await expect(page.locator(".column .share").first).to_have_text("1")


async def test_a_call_takes_its_own_time_only(page: Page) -> None:
    await enter(page, "mfa timer:sleep(3000)")
    await enter(page, "mfa timer:sleep(1)")
    for took, least, most in (
        (page.locator(".entry .took").nth(1), 2990, 5000),
        (page.locator(".entry .took").first, 1, 2000),
    ):
        await expect(took).to_have_text(re.compile(r"^[\d.]+ ms$"))
        assert least <= float((await took.inner_text()).removesuffix(" ms")) < most
    await expect(page.locator("#steps .queue")).to_be_visible()


async def test_spread_counts_and_shows_its_opposite(page: Page) -> None:
    await enter(page, "spread 40")
    await expect(page.locator("#lesson")).to_have_text(re.compile("led to b-0 40 times"))
    for chart in ("#fresh", "#kept"):
        await expect(page.locator(f"{chart} .share")).to_have_text("40")
    assert await page.locator(".entry").count() == 0


async def test_equal_replies_are_one(page: Page) -> None:
    for _ in range(3):
        entry = await enter(page, "rpc lists:seq(1,2)")
        await expect(entry.locator(".reply")).to_have_text("[1,2]")
    await expect(page.locator(".entry")).to_have_count(1)
    await expect(page.locator(".count")).to_have_text("\u00d73")
    await enter(page, "other")
    await page.locator("#filter").fill("oth")
    await expect(page.locator(".entry:visible")).to_have_count(1)


@pytest.mark.parametrize("text", [HOSTILE, f"mfa store:put('{HOSTILE}',1)", "</pre>&amp;\u202e"])
async def test_hostile_text_stays_text(text: str, page: Page) -> None:
    entry = await enter(page, text)
    await expect(entry.locator(".reply")).to_have_count(1)
    shown = text.replace("\u202e", "U+202E")
    assert await entry.locator(".asked code").text_content() == shown
    assert await page.locator("#output :is(img, script)").count() == 0
    assert await copied_by(entry.locator(".copy")) == ("ok" if text.startswith("mfa") else text)


async def test_markup_is_refused_by_the_browser_too(browser: Browser, pair: Pair) -> None:
    async with visit(browser, pair.a.ws_port, expected=BLOCKED) as page:
        with pytest.raises(Error, match="TrustedHTML"):
            await page.evaluate("() => { document.getElementById('output').innerHTML = '<b>x</b>' }")
        assert await page.locator("#output b").count() == 0


async def test_lists_of_numbers_can_be_read_as_text(page: Page) -> None:
    entry = await enter(page, "mfa lists:reverse([25991,20013])")
    await expect(entry.locator(".reply")).to_have_text("[20013,25991]")
    await entry.get_by_role("button", name="as text").click()
    await expect(entry.locator(".reply")).to_have_text('"中文"')
    entry = await enter(page, "mfa lists:seq(1,3)")
    await expect(entry.get_by_role("button", name="as text")).to_have_count(0)


async def test_an_entry_is_copied_as_other_doors_take_it(page: Page, pair: Pair) -> None:
    entry = await enter(page, "rpc lists:seq(1,5)")
    await expect(entry.locator(".reply")).to_have_text("[1,2,3,4,5]")
    copied = {}
    for name in ("the command", "as erlang-docker", "as grpcurl", "as curl"):
        await entry.locator(".more-acts").click()
        copied[name] = await copied_by(page.get_by_role("menuitem", name=f"Copy {name}"))
    assert copied["the command"] == "rpc lists:seq(1,5)"
    assert re.fullmatch(r"erlang-docker --target \S+:\d+ rpc 'lists:seq\(1,5\)'", copied["as erlang-docker"])
    assert '{"command":"rpc lists:seq(1,5)"}' in copied["as grpcurl"]
    assert copied["as curl"].startswith(r"printf '\000\000\000\000\024\012\022rpc\040lists:seq(1,5)' | curl ")


async def test_tab_completes(page: Page) -> None:
    field = page.locator("#command")
    await field.press_sequentially("lists:se")
    await expect(page.locator("#choices li").first).to_contain_text("lists:seq(First, Last)")
    await field.press("Tab")
    await expect(field).to_have_value("lists:seq(")
    await expect(page.locator("#hint")).to_contain_text("The integers from one to another")
    await field.press_sequentially("1,4).")
    await expect(page.locator("#hint")).to_contain_text("without the full stop")
    await field.press("Enter")
    await expect(page.locator(".reply").first).to_have_text("[1,2,3,4]")


async def test_guesses_are_answered_with_a_hint(page: Page) -> None:
    entry = await enter(page, "node()")
    await expect(entry.locator(".outcome")).to_have_text("hint")
    await entry.get_by_role("button", name="rpc erlang:node()").click()
    await expect(page.locator(".entry .reply")).to_have_text("b-0")
    for text in ("help", "?"):
        await enter(page, text)
        await expect(page.locator("#keys")).to_be_visible()
        await page.keyboard.press("Escape")


async def test_history_and_draft_outlive_the_page(page: Page) -> None:
    field = page.locator("#command")
    await enter(page, "one")
    await enter(page, "two")
    await field.fill("half")
    for key, text in [("ArrowUp", "two"), ("ArrowUp", "one"), ("ArrowDown", "two"), ("ArrowDown", "half")]:
        await field.press(key)
        await expect(field).to_have_value(text)
    await field.press("Shift+Enter")
    await field.press_sequentially("line")
    await page.reload()
    await expect(field).to_have_value("half\nline")
    await field.fill("on")
    await field.press("Control+r")
    await field.press("Enter")
    await expect(field).to_have_value("one")


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


async def test_what_is_loaded_is_small(pair: Pair) -> None:
    async with aiohttp.ClientSession(auto_decompress=False) as session:

        async def size(name: str, encoding: str) -> int:
            url = f"http://{LOOPBACK}:{pair.a.ws_port}/{name}"
            async with session.get(url, headers={"Accept-Encoding": encoding}) as answer:
                assert (answer.status, answer.headers["X-Content-Type-Options"]) == (200, "nosniff")
                assert "Server" not in answer.headers
                tag = {"If-None-Match": answer.headers["ETag"]}
                async with session.get(url, headers=tag) as again:
                    assert (again.status, await again.read()) == (304, b"")
                return len(await answer.read())

        assert sum([await size(name, "identity") for name in LOADED]) < MAX_BYTES
        assert sum([await size(name, "gzip") for name in LOADED]) < MAX_COMPRESSED


def test_both_languages_say_the_same() -> None:
    page = Path(__file__).parents[2] / "services/erlang_docker/servers/page"
    said = {}
    for name in ("en.js", "zh.js"):
        text = (page / name).read_text(encoding="utf-8")
        said[name] = {
            key: sorted(re.findall(r"\{\w+\}", words)) for key, words in re.findall(r'^  (\w+): "(.*)",$', text, re.M)
        }
    assert said["en.js"] == said["zh.js"]
    used = set(re.findall(r'data-[tlph]="(\w+)"', (page / "index.html").read_text(encoding="utf-8")))
    assert used <= said["en.js"].keys()
