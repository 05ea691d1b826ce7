#!/bin/sh
# Show what is in the cluster, for the log of a run that failed.
set -eu
kubectl get pods,pvc --all-namespaces --output wide
kubectl get events --all-namespaces --field-selector type=Warning --sort-by .lastTimestamp
kubectl logs --namespace erlang --selector app.kubernetes.io/instance=erlang-docker --all-containers --prefix --tail 100
