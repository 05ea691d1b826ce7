#!/bin/sh
# The chart on a real, empty cluster: KUBECONFIG, and REGISTRY that its machines pull from; arguments go to pytest.
set -eu
cd "$(dirname "$0")/.."
: "${KUBECONFIG:?says which cluster}" "${REGISTRY:?says where images are pushed, such as localhost:5000}"
for tool in docker kubectl helm; do
  command -v "$tool" > /dev/null || { echo "$tool is needed" >&2; exit 1; }
done
scripts/venv.sh requirements-dev.txt
# A rollout takes minutes, as the nodes drain.
exec .venv/bin/python -m pytest tests/e2e --timeout=1200 "$@"
