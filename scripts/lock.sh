#!/bin/sh
# Write requirements*.txt: every package that pyproject.toml asks for, in one version with its hashes, for Linux and macOS
# and each Python from 3.11; and beside them what builds the documentation. Versions stay as they are; to raise them: scripts/lock.sh --upgrade-package aiohttp
set -eu
cd "$(dirname "$0")/.."
scripts/venv.sh requirements-dev.txt
compile() {
  file="$1"
  shift
  .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate \
    --custom-compile-command scripts/lock.sh --output-file "$file" "$@"
}
lock() {
  file="$1"
  shift
  compile "$file" pyproject.toml "$@"
}
lock requirements.txt "$@"
lock requirements-otel.txt --constraints requirements.txt --extra otel "$@"
lock requirements-local.txt --constraints requirements-otel.txt --extra otel --extra local "$@"
lock requirements-dev.txt --constraints requirements-local.txt --extra otel --extra local --group dev "$@"
lock requirements-chart.txt --constraints requirements-dev.txt --extra otel --extra local --group dev --group chart "$@"
lock requirements-fuzz.txt --constraints requirements-dev.txt --extra otel --extra local --group dev --group fuzz "$@"
# What an example's image adds to those of the product; what builds the site.
compile examples/thumbnails/requirements.txt --constraints requirements-dev.txt --group thumbnails "$@"
compile scripts/docs/requirements.txt scripts/docs/requirements.in "$@"
