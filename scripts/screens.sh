#!/bin/sh
# Pictures of every state of the page into build/screens, to be looked at; arguments choose sizes (360) and schemes (dark).
set -eu
cd "$(dirname "$0")/.."
scripts/venv.sh requirements-dev.txt
scripts/chromium.sh
PYTHONPATH=services:examples:tests exec .venv/bin/python tests/page/screens.py build/screens "$@"
