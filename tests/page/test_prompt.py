"""The page's prompt: what it completes, explains and remembers."""

from playwright.async_api import Page, expect

from page.visits import enter


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
