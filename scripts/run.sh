#!/bin/sh
# The whole cluster on this machine, until Ctrl-C.
set -eu
cd "$(dirname "$0")/.."
scripts/venv.sh requirements.txt
exec env PYTHONPATH=services .venv/bin/python -m erlang_docker.local "$@"
