#!/bin/sh
# Make a cluster of K3s with a server and two agents as containers, and a registry on localhost:5000 that it pulls from.
# Needs Docker; writes build/k3s/kubeconfig. Environment: K3S_VERSION, as in scripts/vm/k3s.
set -eu
cd "$(dirname "$0")/../.."
version="${K3S_VERSION:-v1.34.4+k3s1}"
image="rancher/k3s:$(echo "$version" | tr + -)"
folder="$PWD/build/k3s"
mkdir -p "$folder"
printf 'mirrors:\n  "localhost:5000":\n    endpoint: ["http://k3s-registry:5000"]\n' > "$folder/registries.yaml"
token="$(od -An -N16 -tx1 /dev/urandom | tr -d ' ')"

docker network create k3s
docker run --detach --name k3s-registry --network k3s --publish 127.0.0.1:5000:5000 "${REGISTRY_IMAGE:-registry:2.8.3}"

# machine NAME PORT ARGUMENT...: a machine that runs `k3s ARGUMENT...`, with a port of it on this one or none.
machine() {
  name="$1" port="$2"
  shift 2
  docker run --detach --name "$name" --hostname "$name" --network k3s --privileged --tmpfs /run --tmpfs /var/run \
    --env "K3S_TOKEN=$token" --volume "$folder/registries.yaml:/etc/rancher/k3s/registries.yaml:ro" \
    ${port:+--publish "127.0.0.1:$port:$port"} "$image" "$@"
}
machine k3s-server 6443 server --tls-san=127.0.0.1
for number in 1 2; do machine "k3s-agent-$number" "" agent --server=https://k3s-server:6443; done

tries=60
until docker exec k3s-server cat /etc/rancher/k3s/k3s.yaml > "$folder/kubeconfig" 2> /dev/null; do
  tries=$((tries - 1))
  [ "$tries" -gt 0 ] || { docker logs --tail 20 k3s-server >&2; exit 1; }
  sleep 2
done
export KUBECONFIG="$folder/kubeconfig"
kubectl wait --for=create --timeout=180s node k3s-server k3s-agent-1 k3s-agent-2
kubectl wait --for=condition=Ready --timeout=180s node k3s-server k3s-agent-1 k3s-agent-2
echo "export KUBECONFIG=$folder/kubeconfig REGISTRY=localhost:5000"
