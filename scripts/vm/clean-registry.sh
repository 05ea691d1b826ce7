#!/bin/sh
# Run on the master as root: take from its registry the images of this project that nothing in the cluster needs any more.
# A tag stays while a pod, a StatefulSet or one of the revisions a StatefulSet can go back to names it
# (statefulSet.revisionHistoryLimit). Other repositories stay as they are. Argument: the registry's host:port.
set -eu
registry="$1"
api="http://$registry/v2"
config="$(docker container inspect --format '{{index .Config.Cmd 0}}' registry 2> /dev/null)" || exit 0 # it is elsewhere

tags() {
  curl -fsS --max-time 30 "$api/$1/tags/list" | sed -n 's/.*"tags":\[\([^]]*\)\].*/\1/p' | tr -d '"' | tr , ' '
}

digest() {
  manifest="application/vnd.docker.distribution.manifest.v2+json, application/vnd.oci.image.manifest.v1+json"
  index="application/vnd.docker.distribution.manifest.list.v2+json, application/vnd.oci.image.index.v1+json"
  curl -fsSI --max-time 30 -H "Accept: $manifest, $index" "$api/$1/manifests/$2" |
    tr -d '\r' | sed -n 's/^[Dd]ocker-[Cc]ontent-[Dd]igest: //p'
}

# By any name of the registry, because it may have had another address.
used="$(kubectl get pods,statefulsets,controllerrevisions --all-namespaces --output yaml)"
needed() {
  case "$used" in *"/$1:$2"* | *"$3"*) return ;; esac
  return 1
}

removed=0
for kind in a b; do
  repository="erlang-docker-$kind"
  old="" kept=""
  for tag in $(tags "$repository"); do
    digest="$(digest "$repository" "$tag")"
    if needed "$repository" "$tag" "$digest"; then kept="$kept $digest"; else old="$old $digest"; fi
  done
  for digest in $old; do
    # Deleting goes by digest, and takes all tags of it.
    case "$kept" in *"$digest"*) continue ;; esac
    curl -fsS --max-time 30 -X DELETE "$api/$repository/manifests/$digest" || continue
    removed=$((removed + 1))
  done
done
[ "$removed" -gt 0 ] || exit 0

# The registry must not take a push meanwhile, and forgets only by a restart which layers it had.
image="$(docker container inspect --format '{{.Config.Image}}' registry)"
docker stop registry > /dev/null
docker run --rm --volumes-from registry "$image" garbage-collect "$config" > /dev/null || {
  docker start registry > /dev/null
  echo "clean-registry.sh: the garbage of the registry was not collected" >&2
  exit 1
}
docker start registry > /dev/null
echo "The registry lost $removed old images; free here: $(df -h --output=avail / | tail -n 1 | tr -d ' ')"
