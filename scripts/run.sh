#!/bin/sh
# Run the whole cluster on this machine until Ctrl-C.
set -eu
cd "$(dirname "$0")/.."
scripts/venv.sh requirements-local.txt
# With job control, Ctrl-C in a terminal reaches only the cluster, so `make` sees it exit with status 0.
if [ -t 0 ]; then set -m; fi
PYTHONPATH="services${PYTHONPATH:+:$PYTHONPATH}" .venv/bin/python -m erlang_docker.local "$@"
