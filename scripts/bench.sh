#!/bin/sh
# This product beside its peers: scripts/bench.sh [short|full|terms|overload] [--out FOLDER] [--free].
# Takes both cores; needs Go and Erlang.
# This product alone: `terms`, how calls are read, run and printed; `overload`, twice the calls that it can answer.
set -eu
cd "$(dirname "$0")/.."
scripts/venv.sh requirements-dev.txt
export PYTHONPATH=services:bench:tests
[ "${1:-short}" != terms ] || exec .venv/bin/python bench/terms.py
command -v go > /dev/null || { echo "Go is needed to build the load: https://go.dev/dl" >&2; exit 1; }
mkdir -p build/bench
(cd bench/load && go build -o ../../build/bench/load .)
[ "${1:-short}" != overload ] || exec .venv/bin/python bench/overload.py
command -v erlc > /dev/null || { echo "Erlang is needed for the peer: apt install erlang-base" >&2; exit 1; }
erlc -Werror -o build/bench bench/erlang/bench_node.erl
[ $# -gt 0 ] || set -- short
exec .venv/bin/python bench/compare.py "$@"
