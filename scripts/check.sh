#!/bin/sh
# Formatter, linter and type checker.
set -eu
cd "$(dirname "$0")/.."
scripts/venv.sh requirements-dev.txt
.venv/bin/ruff format --check --quiet
.venv/bin/ruff check --quiet
.venv/bin/mypy
