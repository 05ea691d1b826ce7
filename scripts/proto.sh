#!/bin/sh
# Generate services/erlang_docker/v1 from proto/: code, and the descriptor set with the comments, which reflection serves
# and a release ships. Takes another output directory as its argument.
set -eu
cd "$(dirname "$0")/.."
out="${1:-services}"
"${PYTHON:-.venv/bin/python}" -m grpc_tools.protoc -I proto --python_out="$out" --pyi_out="$out" --grpc_python_out="$out" \
  proto/erlang_docker/v1/*.proto
"${PYTHON:-.venv/bin/python}" -m grpc_tools.protoc -I proto --include_imports --include_source_info \
  --descriptor_set_out="$out/erlang_docker/v1/erlang_docker.binpb" proto/erlang_docker/v1/*.proto
