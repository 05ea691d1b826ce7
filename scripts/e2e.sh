#!/bin/sh
# Test the chart on a real, empty cluster: set KUBECONFIG, and REGISTRY for its machines to pull from.
# Arguments go to pytest. E2E=long runs all; without it, what takes minutes and is less central is left out.
set -eu
cd "$(dirname "$0")/.."
: "${KUBECONFIG:?set it to the kubeconfig of the cluster}" "${REGISTRY:?set it to the registry to push to, such as localhost:5000}"
for tool in docker kubectl helm; do
  command -v "$tool" > /dev/null || { echo "$tool is required" >&2; exit 1; }
done
scripts/venv.sh requirements-dev.txt
scripts/chart-tools.sh helm3
# A rollout takes minutes, as the nodes drain.
export RELIABILITY_REPORT="${RELIABILITY_REPORT-docs/reliability.md}"
[ "${E2E-}" = long ] || set -- -m "not long" "$@"
exec .venv/bin/python -m pytest tests/e2e --timeout=1200 "$@"
