# Run the registry container; its images are on a volume, so that it can be replaced. Takes REGISTRY_IMAGE, and REGISTRY,
# the address by which all machines reach it: update.sh reads it here, because a machine may have several addresses.
# shellcheck shell=sh
mkdir -p "${DESTDIR:-}/etc/erlang-docker"
echo "$REGISTRY" > "${DESTDIR:-}/etc/erlang-docker/registry"
if [ "$(docker container inspect --format '{{.Config.Image}}' registry 2> /dev/null)" = "$REGISTRY_IMAGE" ]; then
  docker start registry > /dev/null
else
  docker rm --force registry > /dev/null 2>&1 || true
  docker run --detach --name registry --restart always --publish 5000:5000 --volume registry:/var/lib/registry \
    --env REGISTRY_STORAGE_DELETE_ENABLED=true "$REGISTRY_IMAGE" > /dev/null
fi
