#!/bin/sh
# Generate services/erlang_docker/v1 from proto/; takes another output directory as its argument.
set -eu
cd "$(dirname "$0")/.."
out="${1:-services}"
"${PYTHON:-.venv/bin/python}" -m grpc_tools.protoc -I proto --python_out="$out" --pyi_out="$out" --grpc_python_out="$out" \
  proto/erlang_docker/v1/*.proto
