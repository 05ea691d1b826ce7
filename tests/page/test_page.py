"""The page of port 9090 in a real Chromium: nothing it does may leave an error in the console."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from playwright.async_api import Browser, ConsoleMessage, Error, Locator, Page, expect

from erlang_docker.settings import Address
from harness import LOOPBACK, Pair, Services, node, services

NOTHING = re.compile(r"(?!)")
FAILED_RECONNECT = re.compile(
    r"WebSocket connection to 'ws://127\.0\.0\.1:\d+/websocket' failed: "
    r"|Failed to load resource: net::ERR_CONNECTION_REFUSED"
)
BLOCKED = re.compile(r"This document requires 'TrustedHTML' assignment")
HOSTILE = '<img src=x onerror="alert(1)"><script>alert(2)</script>'
PHONE = {"width": 360, "height": 740}
WIDE = {"width": 1440, "height": 900}


@asynccontextmanager
async def visit(
    browser: Browser, port: int, expected: re.Pattern[str] = NOTHING, **options: Any
) -> AsyncIterator[Page]:
    """The page of a node, connected; what the console says must be expected."""
    problems: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not expected.match(message.text):
            problems.append(message.text)

    async with await browser.new_context(**options) as context:
        # The shortest of the delays before a reconnect.
        await context.add_init_script("Math.random = () => 0")
        page = await context.new_page()
        page.set_default_timeout(10_000)
        page.on("console", hear)
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("dialog", lambda dialog: problems.append(f"dialog: {dialog.message}"))
        await page.goto(f"http://{LOOPBACK}:{port}/")
        await expect(page.locator("#state")).to_have_text("Connected to")
        await expect(page.locator("#list button").first).to_be_attached()
        yield page
        # Whatever is still on its way to the console arrives before this answer.
        await page.evaluate("0")
    assert problems == []


@pytest.fixture
async def page(browser: Browser, pair: Pair) -> AsyncIterator[Page]:
    async with visit(browser, pair.a.ws_port) as opened:
        yield opened


async def enter(page: Page, command: str) -> None:
    await page.get_by_label("Command or").fill(command)
    await page.keyboard.press("Enter")


def newest(page: Page) -> Locator:
    return page.locator("#output li").first


async def expect_reply(page: Page, command: str, outcome: str, reply: str | re.Pattern[str]) -> None:
    await expect(newest(page).locator(".asked code")).to_have_text(command)
    await expect(newest(page).locator(".outcome")).to_have_text(outcome)
    await expect(newest(page).locator("pre")).to_have_text(reply)


async def test_it_shows_which_node_it_is_connected_to(page: Page, pair: Pair) -> None:
    name = str(pair.a.identity.name)
    await expect(page.locator("#node")).to_have_text(name)
    await expect(page).to_have_title("erlang-docker-a-sfs-0 - erlang_docker")
    await expect(page.get_by_role("log")).to_have_text(f"Connected to {name}")


@pytest.mark.parametrize(
    ("button", "text", "command", "outcome", "reply"),
    [
        ("Send", "hello", "hello", "echo", lambda pair: "hello"),
        ("Send", "", "", "echo", lambda pair: ""),
        ("Node", "anything", "node", "value", lambda pair: str(pair.a.identity.name)),
        ("MFA", "erlang:node()", "mfa erlang:node()", "value", lambda pair: f"'{pair.a.identity.name}'"),
        ("MFA", "rpc erlang:node()", "mfa erlang:node()", "value", lambda pair: f"'{pair.a.identity.name}'"),
        ("RPC MFA", "erlang:node()", "rpc erlang:node()", "value", lambda pair: f"'{pair.b.identity.name}'"),
    ],
)
async def test_buttons(
    button: str, text: str, command: str, outcome: str, reply: Callable[[Pair], str], page: Page, pair: Pair
) -> None:
    await page.get_by_label("Command or").fill(text)
    await page.get_by_role("button", name=button, exact=True).click()
    await expect_reply(page, command, outcome, reply(pair))
    await expect(newest(page).locator(".time")).to_have_text(re.compile(r"^\d+\.\d ms$"))


@pytest.mark.parametrize(
    ("command", "outcome", "reply"),
    [
        ("mfa store:put(page,1)", "value", "ok"),
        ("mfa foo:bar()", "error", "{error,undef,[{foo,bar,[],[]}]}"),
        ("rpc foo:bar()", "badrpc", "{badrpc,{'EXIT',{undef,[{foo,bar,[],[]}]}}}"),
        ("mfa erlang:exit(gone)", "exit", "{exit,gone,[{erlang,exit,[gone],[]}]}"),
        ("mfa erlang:throw(gone)", "throw", "{throw,gone,[{erlang,throw,[gone],[]}]}"),
        ("mfa nocolon", "error", re.compile(r"^\{error,")),
        ("mfa erlang_docker:functions()", "value", re.compile(r"^\[\{base64,.*\},\n \{")),
        ("{error,no}", "echo", "{error,no}"),
    ],
)
async def test_replies(command: str, outcome: str, reply: str | re.Pattern[str], page: Page) -> None:
    await enter(page, command)
    await expect_reply(page, command, outcome, reply)
    bad = outcome not in {"value", "echo"}
    mark = await newest(page).locator(".outcome").evaluate("item => getComputedStyle(item, '::before').content")
    assert ("✕" in mark) == bad
    style = await newest(page).evaluate("item => getComputedStyle(item).borderLeftStyle")
    assert style == ("double" if bad else "solid")


async def test_several_commands_keep_their_replies(page: Page, pair: Pair) -> None:
    for command in ("rpc erlang:node()", "one", "mfa erlang:node()", "two"):
        await enter(page, command)
    await expect(page.locator("#output pre")).to_have_text(
        ["two", f"'{pair.a.identity.name}'", "one", f"'{pair.b.identity.name}'"]
    )


@pytest.mark.parametrize("text", [HOSTILE, f"mfa store:put('{HOSTILE}',1)", "</pre>&amp;\u202e"])
async def test_hostile_text_stays_text(text: str, page: Page) -> None:
    await enter(page, text)
    await expect(newest(page).locator("pre")).to_have_count(1)
    assert await newest(page).locator(".asked code").text_content() == text
    assert await page.locator("#output :is(img, script)").count() == 0
    if not text.startswith("mfa"):
        assert await newest(page).locator("pre").text_content() == text


async def test_markup_is_refused_by_the_browser_too(browser: Browser, pair: Pair) -> None:
    async with visit(browser, pair.a.ws_port, expected=BLOCKED) as page:
        with pytest.raises(Error, match="TrustedHTML"):
            await page.evaluate("() => { document.getElementById('output').innerHTML = '<b>x</b>' }")
        assert await page.locator("#output b").count() == 0


async def test_clear_text_empties_the_output(page: Page) -> None:
    await enter(page, "hello")
    await expect_reply(page, "hello", "echo", "hello")
    await page.get_by_role("button", name="Clear text").click()
    await expect(page.locator("#output li")).to_have_count(0)
    await expect(page.get_by_text("Replies appear here")).to_be_visible()


async def test_the_output_is_bounded(page: Page) -> None:
    await page.evaluate("() => { for (let i = 0; i < 510; i++) document.getElementById('send').click() }")
    await enter(page, "last")
    await expect_reply(page, "last", "echo", "last")
    assert await page.locator("#output li").count() == 500


async def test_a_long_reply_scrolls_in_its_box(browser: Browser, pair: Pair) -> None:
    async with visit(browser, pair.a.ws_port, viewport=PHONE) as page:
        await enter(page, "x" * 60_000)
        await expect(newest(page).locator("pre")).to_have_count(1)
        assert await newest(page).locator("pre").evaluate("box => box.scrollHeight > box.clientHeight")
        assert await newest(page).evaluate("item => item.clientHeight < 600")
        assert await page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]


async def test_the_connection_button(page: Page, pair: Pair) -> None:
    await page.get_by_role("button", name="Disconnect").click()
    await expect(page.get_by_role("status").first).to_have_text("Not connected")
    await enter(page, "hello")
    await expect_reply(page, "hello", "failed", "not sent: not connected")
    await page.get_by_role("button", name="Connect", exact=True).click()
    await expect(page.locator("#node")).to_have_text(str(pair.a.identity.name))
    await enter(page, "hello")
    await expect_reply(page, "hello", "echo", "hello")


async def test_enter_runs_what_fits(page: Page) -> None:
    field, hint = page.get_by_label("Command or"), page.locator("#hint")
    await expect(field).to_be_focused()
    await field.fill("erlang:node()")
    await expect(hint).to_have_text("Enter runs: mfa erlang:node()")
    await page.get_by_role("button", name="RPC MFA").click()
    await field.fill("foo:bar()")
    await expect(hint).to_have_text("Enter runs: rpc foo:bar()")
    await field.press("Enter")
    await expect_reply(page, "rpc foo:bar()", "badrpc", re.compile("undef"))
    await field.fill("plain text")
    await expect(page.locator("button.fits")).to_have_text("Send")
    await field.fill("")
    await field.press("Enter")
    await expect(page.locator(".asked code")).to_have_text(["rpc foo:bar()", "rpc foo:bar()", "rpc erlang:node()"])


async def test_arrows_walk_through_history(page: Page) -> None:
    field = page.get_by_label("Command or")
    for command in ("one", "two", "three"):
        await enter(page, command)
    for key, text in [
        ("ArrowUp", "two"),
        ("ArrowUp", "one"),
        ("ArrowUp", "one"),
        ("ArrowDown", "two"),
        ("ArrowDown", "three"),
        ("ArrowDown", ""),
        ("ArrowUp", "three"),
    ]:
        await field.press(key)
        await expect(field).to_have_value(text)


async def test_the_picker_puts_an_example_into_the_field(page: Page) -> None:
    await page.get_by_label("Module", exact=True).select_option("store")
    row = page.get_by_role("button", name="put/2")
    await expect(row).to_contain_text("Keep a value under a key")
    await row.click()
    await expect(page.get_by_label("Command or")).to_have_value("store:put(colour,blue)")
    await expect(page.get_by_label("Command or")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect_reply(page, "mfa store:put(colour,blue)", "value", "ok")


async def test_functions_lists_the_table_in_order(pair: Pair) -> None:
    async with aiohttp.ClientSession() as session:
        url = f"http://{LOOPBACK}:{pair.a.ws_port}/functions"
        async with session.get(url) as answer:
            listed = (await answer.json())["functions"]
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
        async with session.get(url, headers={"Origin": "http://evil.example"}) as refused:
            assert refused.status == 403
    keys = [(entry["module"], entry["name"], entry["arity"]) for entry in listed]
    assert keys == sorted(keys)
    assert {
        "module": "store",
        "name": "keys",
        "arity": 0,
        "idempotent": True,
        "readOnly": True,
        "help": "All keys, in the order of their texts.",
        "example": "store:keys()",
    } in listed


async def test_it_reconnects_and_says_where_it_moved(browser: Browser, tmp_path: Path) -> None:
    async with services() as among:
        async with node("a", tmp_path, among) as first:
            port = first.ws_port
            opened = visit(browser, port, expected=FAILED_RECONNECT)
            page = await opened.__aenter__()
        await expect(page.get_by_role("status").first).to_have_attribute("data-state", "waiting")
        await expect(page.get_by_role("log")).to_contain_text("Connection closed: 1001, the node is stopping")
        async with node("a", tmp_path, among, 1, ws_port=port):
            await expect(newest(page)).to_have_text("Moved from erlang-docker-a-sfs-0 to erlang-docker-a-sfs-1")
            await expect(page.locator("#node")).to_contain_text("erlang-docker-a-sfs-1")
            await enter(page, "hello")
            await expect_reply(page, "hello", "echo", "hello")
            await opened.__aexit__(None, None, None)


async def test_a_command_that_a_stopping_node_did_not_run_has_failed(browser: Browser, tmp_path: Path) -> None:
    picked = asyncio.Event()

    async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        picked.set()
        await reader.read()
        writer.close()
        await writer.wait_closed()

    silent = await asyncio.start_server(say_nothing, LOOPBACK, 0)
    peer = Address(LOOPBACK, silent.sockets[0].getsockname()[1])
    async with silent, node("a", tmp_path, Services({"a": peer, "b": peer}, {"a": []})) as running:
        opened = visit(browser, running.ws_port, expected=FAILED_RECONNECT)
        page = await opened.__aenter__()
        await enter(page, "rpc erlang:node()")
        await enter(page, "second")
        await picked.wait()
    await expect(page.locator("#output pre")).to_have_text(
        ["the connection closed before the reply came", "{badrpc,nodedown}"]
    )
    await expect(page.locator(".outcome")).to_have_text(["failed", "badrpc"])
    await page.get_by_role("button", name="Disconnect").click()
    await opened.__aexit__(None, None, None)


async def test_a_node_that_falls_silent_is_given_up(page: Page) -> None:
    """As one whose machine vanished, which closes nothing; the page's clock runs ahead of the node's."""
    await page.clock.install()
    await enter(page, "mfa timer:sleep(4000)")
    await page.clock.fast_forward(10_000)
    await expect(page.locator(".notice").first).to_have_text("Connection closed: 1006, no answer in 10 s")
    await expect(page.locator(".outcome").first).to_have_text("failed")
    await page.clock.fast_forward(5_000)
    await expect(page.locator("#status")).to_contain_text("Connected to")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [PHONE, WIDE], ids=["phone", "wide"])
async def test_it_fits_and_can_be_read(scheme: str, viewport: dict[str, int], browser: Browser, pair: Pair) -> None:
    async with visit(browser, pair.a.ws_port, viewport=viewport, color_scheme=scheme) as page:
        for command in ("rpc erlang:node()", "mfa foo:bar()", "mfa erlang_docker:functions()", "y" * 400):
            await enter(page, command)
        await expect(page.locator("#output pre")).to_have_count(4)
        assert await page.evaluate("document.documentElement.scrollWidth") == viewport["width"]
        assert await page.locator("#functions").evaluate("item => item.open") == (viewport is WIDE)
        for selector in ("#status", ".quiet", ".notice", ".meta", ".outcome", ".bad pre", "button.fits", "#send"):
            assert await page.locator(selector).first.evaluate(CONTRAST) >= 4.5, selector


# WCAG 2.2, 1.4.3: the contrast of a text with the first ground behind it.
CONTRAST = """item => {
  const rgb = text => text.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
    .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  let behind = item;
  while (rgb(getComputedStyle(behind).backgroundColor)[3] === 0) behind = behind.parentElement;
  const pair = [getComputedStyle(item).color, getComputedStyle(behind).backgroundColor].map(rgb).map(light);
  return (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05);
}"""
