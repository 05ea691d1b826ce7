"""A real Chromium: the system's, or the one Playwright brings (scripts/chromium.sh)."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Browser, async_playwright, expect

WAIT_MS = 20_000
"""For what is expected of a page, on a machine that may be busy or stand still."""
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
async def chromium() -> AsyncIterator[Browser]:
    """With a fresh profile; it refuses its sandbox to root."""
    program = next((path for path in map(shutil.which, NAMES) if path), None)
    expect.set_options(timeout=WAIT_MS)
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(
            executable_path=program, args=QUIET, chromium_sandbox=os.geteuid() != 0
        )
        yield launched
        await launched.close()
