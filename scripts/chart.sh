#!/bin/sh
# All chart tests that need no cluster; arguments go to pytest.
set -eu
cd "$(dirname "$0")/.."
scripts/venv.sh requirements-chart.txt
scripts/chart-tools.sh
.venv/bin/python scripts/chart-docs.py --check
exec .venv/bin/python -m pytest tests/chart "$@"
