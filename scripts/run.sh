#!/bin/sh
# Run the whole cluster on this machine until Ctrl-C.
set -eu
cd "$(dirname "$0")/.."
scripts/venv.sh requirements-local.txt
export PYTHONPATH="services${PYTHONPATH:+:$PYTHONPATH}"
# In a terminal the cluster takes each key itself, Ctrl-C and Ctrl-Z too, and stays in the process group of `make`.
if [ -t 0 ] && [ -t 1 ]; then exec .venv/bin/python -m erlang_docker.local "$@"; fi
# Elsewhere, with job control, Ctrl-C reaches only the cluster, so `make` sees it exit with status 0.
if [ -t 0 ]; then set -m; fi
.venv/bin/python -m erlang_docker.local "$@"
