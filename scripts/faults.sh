#!/bin/sh
# Faults made for real, on this machine; FAULT_ROUNDS=200 for many of each, arguments go to pytest.
set -eu
cd "$(dirname "$0")/.."
scripts/venv.sh requirements-dev.txt
exec .venv/bin/python -m pytest tests/faults "$@"
