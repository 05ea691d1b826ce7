#!/bin/sh
# Build the image of a kind, a or b, and save it as docker_images/erlang-docker-KIND.tar. BASE is its base image.
set -eu
cd "$(dirname "$0")/.."
image="erlang-docker-$1"
docker info > /dev/null 2>&1 || { echo "Cannot connect to Docker: start Docker Desktop, or: sudo systemctl start docker" >&2; exit 1; }
docker build --file "Dockerfile.$1" ${BASE:+--build-arg "BASE=$BASE"} --tag "$image" .
mkdir -p docker_images
docker save --output "docker_images/$image.tar" "$image"
