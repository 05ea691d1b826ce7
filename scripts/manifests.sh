#!/bin/sh
# Write what the chart would install as k8s_yaml/erlang-docker.yaml, for `kubectl apply`. Arguments go to helm.
# Environment: RELEASE, NAMESPACE, REGISTRY, TAG of the images, HELM (Helm's program).
set -eu
cd "$(dirname "$0")/.."
helm="${HELM:-$(command -v helm || echo .tools/helm4/helm)}"
command -v "$helm" > /dev/null || scripts/chart-tools.sh helm4
mkdir -p k8s_yaml
# Rendered anew, a cookie that the chart makes would be another one: the Secret is made once, by hand.
"$helm" template "${RELEASE:-erlang-docker}" charts/erlang-docker --namespace "${NAMESPACE:-default}" --skip-tests \
  --set-string "image.registry=${REGISTRY-},image.tag=${TAG-}" --set cookie.existingSecret=erlang-docker-cookie "$@" \
  > k8s_yaml/erlang-docker.yaml
echo "k8s_yaml/erlang-docker.yaml is written; docs/kubernetes.md says how to apply it"
