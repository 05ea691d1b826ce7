"""One Chromium for all tests of the page."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page

from chromium import chromium
from harness import Pair
from page.visits import visit


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """With a fresh profile."""
    async with chromium() as launched:
        yield launched


@pytest.fixture
async def page(browser: Browser, pair: Pair) -> AsyncIterator[Page]:
    async with visit(browser, pair.a.ws_port, permissions=["clipboard-read", "clipboard-write"]) as opened:
        yield opened
