#!/bin/sh
# All tests that need no cluster; arguments go to pytest. Three processes, as half of the time is waiting: the tests of a file
# stay together, and so does what they share.
set -eu
cd "$(dirname "$0")/.."
scripts/venv.sh requirements-dev.txt
scripts/chromium.sh
exec .venv/bin/python -m pytest -n 3 --dist loadfile "$@"
