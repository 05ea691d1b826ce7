#!/bin/sh
# Make every fault of one machine for real, each as often as it takes; what this machine cannot is said in one line.
# scripts/faults.sh [KILLS [PYTEST_ARGUMENTS...]]: 10 kills of a writer, and a power cut for five of them, unless more are
# asked for; FAULT_ROUNDS says how often peers are killed, stopped and frozen.
set -eu
cd "$(dirname "$0")/.."
scripts/venv.sh requirements-dev.txt
kills="${1:-10}"
[ $# -eq 0 ] || shift
export FAULTS=long FAULT_KILLS="$kills" FAULT_POWER_CUTS="$((kills / 5))"
# 100 kills take some minutes.
export RELIABILITY_REPORT="${RELIABILITY_REPORT-docs/reliability.md}"
exec .venv/bin/python -m pytest tests/faults --timeout=1200 "$@"
