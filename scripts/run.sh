#!/bin/sh
# The whole cluster on this machine, until Ctrl-C.
set -eu
cd "$(dirname "$0")/.."
scripts/venv.sh requirements-local.txt
# With job control, Ctrl-C in a terminal reaches the cluster alone: `make` then sees it end with status 0.
if [ -t 0 ]; then set -m; fi
PYTHONPATH=services .venv/bin/python -m erlang_docker.local "$@"
