#!/bin/sh
# Delete what was built, downloaded and cached here. What cannot be had again stays: the volumes of `make run` in data, and
# the keys of the machines in .vm.
set -eu
cd "$(dirname "$0")/.."
rm -rf .venv .tools build dist docker_images k8s_yaml .mypy_cache .pytest_cache .ruff_cache .hypothesis
find . -name data -prune -o -name .vm -prune -o -type d \( -name __pycache__ -o -name '*.egg-info' \) -prune -exec rm -rf {} +
