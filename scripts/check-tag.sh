#!/bin/sh
# Refuse the tag of a release that is not the version in the code, or not one that images can have.
set -eu
cd "$(dirname "$0")/.."
version="$(sed -n 's/^VERSION = "\(.*\)"$/\1/p' services/erlang_docker/identity.py)"
[ "$1" = "v$version" ] || { echo "The tag is $1, but the code's version is $version" >&2; exit 1; }
echo "$version" | grep -qE '^[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.-]+)?$' ||
  { echo "$version is not 1.2.3 or 1.2.3-rc.1; an image's tag has no +" >&2; exit 1; }
