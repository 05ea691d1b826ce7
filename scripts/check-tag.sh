#!/bin/sh
# Refuse the tag of a release that is not the version in the code.
set -eu
cd "$(dirname "$0")/.."
version="$(sed -n 's/^VERSION = "\(.*\)"$/\1/p' services/erlang_docker/identity.py)"
[ "$1" = "v$version" ] || { echo "The tag is $1, but the code's version is $version" >&2; exit 1; }
