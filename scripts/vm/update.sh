#!/bin/sh
# Run on the master as root: deploy the images and the chart in this directory to the cluster. Only pods whose image or
# settings changed are replaced, one at a time. Arguments go to helm: ./update.sh --values mine.yaml
# Environment: RELEASE, NAMESPACE, TIMEOUT, and REGISTRY (host:port, by default the one that scripts/vm/registry set up).
set -eu
cd "$(dirname "$0")"
# One at a time: the clean-up would take the images of another that are pushed and not yet used.
exec 9< update.sh
flock 9
release="${RELEASE:-erlang-docker}" namespace="${NAMESPACE:-default}" timeout="${TIMEOUT:-5m}"
own="$(cat "${DESTDIR:-}/etc/erlang-docker/registry" 2> /dev/null || true)"
registry="${REGISTRY:-$own}"

fail() {
  echo "update.sh: $*" >&2
  exit 1
}

if [ -z "${KUBECONFIG:-}" ]; then
  for file in /etc/rancher/k3s/k3s.yaml /etc/kubernetes/admin.conf; do
    [ ! -f "$file" ] || export KUBECONFIG="$file"
  done
fi
kubectl version > /dev/null 2>&1 || fail "cannot reach a cluster: run this on the master with sudo, or set KUBECONFIG"
[ -n "$registry" ] || fail "no registry here: scripts/vm/registry sets it up, or set REGISTRY"
for file in erlang-docker-a.tar erlang-docker-b.tar; do
  [ -f "$file" ] || fail "$file is missing: make build_a build_b scp_images"
done
[ -d erlang-docker ] || fail "the chart is missing: make scp_chart"

# Push an image and print its tag, which comes from its content: the same image always gets the same tag.
push() {
  docker load --quiet --input "$1.tar" >&2
  id="$(docker image inspect --format '{{.Id}}' "$1")"
  tag="$(echo "${id#sha256:}" | cut -c 1-12)"
  docker tag "$1" "$registry/$1:$tag"
  docker push --quiet "$registry/$1:$tag" >&2 || fail "cannot push to $registry: scripts/vm/registry sets it up"
  echo "$tag"
}
tag_a="$(push erlang-docker-a)"
tag_b="$(push erlang-docker-b)"

pods() {
  kubectl get pods --namespace "$namespace" --selector "app.kubernetes.io/instance=$release" "$@"
}
if ! helm upgrade --install "$release" ./erlang-docker --namespace "$namespace" --create-namespace --wait --timeout "$timeout" \
  --set-string "image.registry=$registry,nodes.a.image.tag=$tag_a,nodes.b.image.tag=$tag_b" "$@" > /dev/null; then
  pods >&2
  kubectl get events --namespace "$namespace" --field-selector type=Warning --sort-by .lastTimestamp 2>&1 | tail -n 5 >&2
  fail "not all pods became ready; those already ready keep serving. To roll back: helm rollback $release --namespace $namespace"
fi

pods --output wide
# Only here: another cluster may need what this one does not.
if [ "$registry" = "$own" ]; then
  ./clean-registry.sh "$registry" || echo "update.sh: the update is done, but the registry keeps old images" >&2
fi
port="$(kubectl get services --namespace "$namespace" --selector "app.kubernetes.io/instance=$release" \
  --output 'jsonpath={.items[*].spec.ports[?(@.name=="http")].nodePort}' | cut -d ' ' -f 1)"
[ -n "$port" ] || exit 0
machine="$(kubectl get nodes --output 'jsonpath={.items[0].status.addresses[?(@.type=="InternalIP")].address}')"
echo "http://$machine:$port/node answers:"
for _ in 1 2 3; do
  curl -sS --max-time 10 --data '{}' "http://$machine:$port/node"
  echo
done
