#!/bin/sh
# Whether there is a Chromium for the tests of the page: the system's, or the one Playwright brings.
set -eu
cd "$(dirname "$0")/.."
for name in chromium chromium-browser google-chrome; do
  command -v "$name" > /dev/null && exit 0
done
.venv/bin/python - << 'END' && exit 0
import pathlib, sys
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    sys.exit(not pathlib.Path(playwright.chromium.executable_path).exists())
END
echo "The tests of the page need Chromium, which is not here. On Debian: apt-get install chromium" >&2
echo "Elsewhere: .venv/bin/python -m playwright install chromium" >&2
exit 1
