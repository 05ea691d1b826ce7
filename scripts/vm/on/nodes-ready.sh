# Wait until all NODES are in the cluster and ready. Takes KUBECONFIG.
# shellcheck shell=sh
# shellcheck disable=SC2086 # names separated by spaces
kubectl wait --for=create --timeout=120s node $NODES > /dev/null
# shellcheck disable=SC2086
kubectl wait --for=condition=Ready --timeout=180s node $NODES
