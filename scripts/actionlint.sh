#!/bin/sh
# Lint the GitHub workflows and their shell code. Needs Go.
set -eu
cd "$(dirname "$0")/.."
scripts/venv.sh requirements-dev.txt
command -v go > /dev/null || { echo "Go is needed to build actionlint: https://go.dev/doc/install" >&2; exit 1; }
go run github.com/rhysd/actionlint/cmd/actionlint@v1.7.12 -shellcheck .venv/bin/shellcheck -pyflakes= "$@"
