#!/bin/sh
# Write requirements*.txt: every package that pyproject.toml asks for, in one version with its hashes, for Linux and macOS
# and each Python from 3.11; and beside them what builds the documentation. Versions stay as they are; to raise them: scripts/lock.sh --upgrade-package aiohttp
set -eu
cd "$(dirname "$0")/.."
scripts/venv.sh requirements-dev.txt
lock() {
  file="$1"
  shift
  .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate \
    --custom-compile-command scripts/lock.sh --output-file "$file" "$@"
}
lock requirements.txt pyproject.toml "$@"
lock requirements-local.txt pyproject.toml --constraints requirements.txt --extra local "$@"
lock requirements-dev.txt pyproject.toml --constraints requirements-local.txt --extra local --group dev "$@"
lock requirements-chart.txt pyproject.toml --constraints requirements-dev.txt --extra local --group dev --group chart "$@"
lock requirements-fuzz.txt pyproject.toml --constraints requirements-dev.txt --extra local --group dev --group fuzz "$@"
lock scripts/docs/requirements.txt scripts/docs/requirements.in "$@"
