"""One Chromium for all tests of the page."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser

from chromium import chromium


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """With a fresh profile."""
    async with chromium() as launched:
        yield launched
