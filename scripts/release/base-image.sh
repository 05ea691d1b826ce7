#!/bin/sh
# Print the base image of releases, by digest: BASE="$(scripts/release/base-image.sh)" make images
set -eu
cd "$(dirname "$0")/../.."
sed -n 's/^FROM //p' .github/base/Dockerfile
