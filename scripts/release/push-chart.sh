#!/bin/sh
# Package the chart of a release and push it; prints it by its digest. Arguments: folder for the package, OWNER/REPOSITORY,
# registry; further ones go to helm push. HELM says which helm.
set -eu
cd "$(dirname "$0")/../.."
folder="$1" repository="$2" registry="$3"
shift 3
scripts/chart-package.sh "$folder" "$repository" >&2
pushed="$("${HELM:-helm}" push "$folder"/erlang-docker-*.tgz "oci://$registry/charts" "$@" 2>&1)" ||
  { echo "$pushed" >&2; exit 1; }
echo "$registry/charts/erlang-docker@$(echo "$pushed" | sed -n 's/^Digest: //p')"
