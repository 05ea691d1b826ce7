#!/bin/sh
# A cluster on this machine under load, with a fault every 10 seconds: scripts/soak.sh [SECONDS], by default half an hour.
set -eu
cd "$(dirname "$0")/.."
scripts/venv.sh requirements-dev.txt
export PYTHONPATH=services:tests:tests/faults
exec .venv/bin/python tests/faults/soak.py "$@"
