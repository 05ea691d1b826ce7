#!/bin/sh
# This product beside its peers: scripts/bench.sh [short|full] [--out FOLDER] [--free]. Takes both cores; needs Go and
# Erlang. This product alone: `terms`, how calls are read, run and printed; `growth`, what many nodes and sockets cost;
# `budget`, where the time of one call goes; `overload`, twice the calls that it can answer; `restarts`, ten minutes at
# 80 % of them while nodes are restarted; `pythons PATH...`, on other interpreters, which have what it needs; `tracing`,
# what traces cost.
set -eu
cd "$(dirname "$0")/.."
scripts/venv.sh requirements-dev.txt
export PYTHONPATH=services:bench:tests
[ $# -gt 0 ] || set -- short
[ "$1" != terms ] || exec .venv/bin/python bench/terms.py
command -v go > /dev/null || { echo "Go is needed to build the load: https://go.dev/dl" >&2; exit 1; }
mkdir -p build/bench
(cd bench/load && go build -o ../../build/bench/load .)
if [ "$1" = budget ] && ! [ -x build/bench/spy/bin/py-spy ]; then
  python3 -m venv build/bench/spy
  build/bench/spy/bin/pip install --quiet py-spy==0.4.1
fi
case "$1" in
  growth | budget | overload | restarts) exec .venv/bin/python "bench/$1.py" ;;
  pythons | tracing) mode="$1" && shift && exec .venv/bin/python "bench/$mode.py" "$@" ;;
esac
command -v erlc > /dev/null || { echo "Erlang is needed for the peer: apt install erlang-base" >&2; exit 1; }
erlc -Werror -o build/bench bench/erlang/bench_node.erl
# As in the images: no node compiles its modules when it starts.
.venv/bin/python -m compileall -q services
exec .venv/bin/python bench/compare.py "$@"
