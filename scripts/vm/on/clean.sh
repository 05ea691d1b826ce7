# shellcheck shell=sh
for kind in a b; do
  docker image prune --all --force --filter "label=org.opencontainers.image.title=erlang-docker-$kind"
done
