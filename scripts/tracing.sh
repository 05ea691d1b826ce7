#!/bin/sh
# Traces at a real collector and Jaeger, built with Go the first time; arguments go to pytest.
set -eu
cd "$(dirname "$0")/.."
scripts/venv.sh requirements-dev.txt
scripts/tracing-tools.sh
exec .venv/bin/python -m pytest tests/tracing "$@"
