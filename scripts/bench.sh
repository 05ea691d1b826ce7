#!/bin/sh
<<<<<<< HEAD
# This product beside its peers: scripts/bench.sh [short|full|terms|growth|budget] [--out FOLDER] [--free].
# Takes both cores; needs Go and Erlang.
# `terms` and `growth` measure this product alone: how calls are read, run and printed; what many
# nodes and sockets cost; `budget`: where the time of one call goes.
=======
# This product beside its peers: scripts/bench.sh [short|full|terms|overload] [--out FOLDER] [--free].
# Takes both cores; needs Go and Erlang.
# This product alone: `terms`, how calls are read, run and printed; `overload`, twice the calls that it can answer.
>>>>>>> room/faults
set -eu
cd "$(dirname "$0")/.."
scripts/venv.sh requirements-dev.txt
export PYTHONPATH=services:bench:tests
[ "${1:-short}" != terms ] || exec .venv/bin/python bench/terms.py
command -v go > /dev/null || { echo "Go is needed to build the load: https://go.dev/dl" >&2; exit 1; }
mkdir -p build/bench
(cd bench/load && go build -o ../../build/bench/load .)
<<<<<<< HEAD
[ "${1:-short}" != growth ] || exec .venv/bin/python bench/growth.py
command -v erlc > /dev/null || { echo "Erlang is needed for the peer: apt install erlang-base" >&2; exit 1; }
if [ "${1:-short}" = budget ]; then
  [ -x build/bench/spy/bin/py-spy ] || { python3 -m venv build/bench/spy && build/bench/spy/bin/pip install -q py-spy==0.4.1; }
  exec .venv/bin/python bench/budget.py
fi
=======
[ "${1:-short}" != overload ] || exec .venv/bin/python bench/overload.py
command -v erlc > /dev/null || { echo "Erlang is needed for the peer: apt install erlang-base" >&2; exit 1; }
>>>>>>> room/faults
erlc -Werror -o build/bench bench/erlang/bench_node.erl
# As in the images: no node compiles its modules when it starts.
.venv/bin/python -m compileall -q services
[ $# -gt 0 ] || set -- short
exec .venv/bin/python bench/compare.py "$@"
