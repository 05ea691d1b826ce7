#!/bin/sh
# Make a kind cluster like the virtual machines of scripts/vm, and a registry on localhost:5000 that it pulls from
# (https://kind.sigs.k8s.io/docs/user/local-registry). Needs Docker and Go. Then: REGISTRY=localhost:5000 make e2e
# Environment: KIND, its version; NODE_IMAGE, the Kubernetes version by kind's image of it.
set -eu
cd "$(dirname "$0")/../.."
scripts/chart-tools.sh kind
kind=.tools/kind/kind
docker run --detach --name kind-registry --publish 127.0.0.1:5000:5000 "${REGISTRY_IMAGE:-registry:2.8.3}"
"$kind" create cluster --config .github/kind.yaml ${NODE_IMAGE:+--image "$NODE_IMAGE"} --wait 3m
docker network connect kind kind-registry
for machine in $("$kind" get nodes); do
  folder=/etc/containerd/certs.d/localhost:5000
  docker exec "$machine" mkdir -p "$folder"
  echo '[host."http://kind-registry:5000"]' | docker exec -i "$machine" cp /dev/stdin "$folder/hosts.toml"
done
