# Run the registry container; its images are on a volume, so that it can be replaced. Takes REGISTRY_IMAGE.
# shellcheck shell=sh
if [ "$(docker container inspect --format '{{.Config.Image}}' registry 2> /dev/null)" = "$REGISTRY_IMAGE" ]; then
  docker start registry > /dev/null
else
  docker rm --force registry > /dev/null 2>&1 || true
  docker run --detach --name registry --restart always --publish 5000:5000 --volume registry:/var/lib/registry \
    "$REGISTRY_IMAGE" > /dev/null
fi
