#!/bin/sh
# Malformed bytes and messages at every door of a node: scripts/fuzz.sh SECONDS [DOOR ...], so many seconds for each of
# http, page, socket, admin, http2, grpc and link; --seed N sends again what was sent with it.
set -eu
cd "$(dirname "$0")/.."
scripts/venv.sh requirements-dev.txt
export PYTHONPATH=services:tests
exec .venv/bin/python -m faults.fuzz "$@"
