#!/bin/sh
# Quick benchmarks; take a minute and both cores.
set -eu
cd "$(dirname "$0")/.."
scripts/venv.sh requirements-dev.txt
export PYTHONPATH=services:bench
.venv/bin/python bench/first_look.py
.venv/bin/python bench/terms.py
