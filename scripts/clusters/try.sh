#!/bin/sh
# Push both images to REGISTRY, install the chart in a namespace with Pod Security `restricted`, test it, replace every pod,
# test it again. Needs Docker, helm, kubectl, KUBECONFIG; the namespace `erlang` must not be there yet.
set -eu
cd "$(dirname "$0")/../.."
: "${REGISTRY:?set it to the registry to push to, such as localhost:5000}"
tag="try-$(date +%s)"
for kind in a b; do
  docker build --quiet --file "Dockerfile.$kind" --tag "$REGISTRY/erlang-docker-$kind:$tag" .
  docker push --quiet "$REGISTRY/erlang-docker-$kind:$tag"
done
kubectl create namespace erlang
kubectl label namespace erlang pod-security.kubernetes.io/enforce=restricted
run() {
  helm upgrade --install erlang-docker charts/erlang-docker --namespace erlang --wait --timeout 10m \
    --set "image.registry=$REGISTRY,image.tag=$tag" "$@"
  helm test erlang-docker --namespace erlang --logs --timeout 5m
}
run
run --set accessLog=1 # in the pods' environment
