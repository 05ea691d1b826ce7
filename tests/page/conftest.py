"""A real Chromium: the system's, or the one Playwright brings (scripts/chromium.sh)."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Browser, Playwright, async_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
QUIET = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@asynccontextmanager
async def launch(playwright: Playwright) -> AsyncIterator[Browser]:
    """Chromium with a fresh profile; it refuses its sandbox to root."""
    program = next((path for path in map(shutil.which, NAMES) if path), None)
    launched = await playwright.chromium.launch(
        executable_path=program, args=QUIET, chromium_sandbox=os.geteuid() != 0
    )
    yield launched
    await launched.close()


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """One for all tests."""
    async with async_playwright() as playwright, launch(playwright) as launched:
        yield launched
