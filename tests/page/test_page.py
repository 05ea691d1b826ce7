"""The page of port 9090 in a real Chromium: nothing it does may leave an error in the console."""

import re

import pytest
from playwright.async_api import Browser, Error, Page, expect

from harness import Pair
from page.visits import copied_by, enter, visit

BLOCKED = re.compile(r"This document requires 'TrustedHTML' assignment")
HOSTILE = '<img src=x onerror="alert(1)"><script>alert(2)</script>'


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
        (page.locator(".entry .took").first, 0, 2000),
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
