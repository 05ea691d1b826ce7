#!/bin/sh
# Print what the jobs of a release have to agree on, as outputs of a step. Arguments: the tag, OWNER/REPOSITORY.
set -eu
cd "$(dirname "$0")/../.."
owner="${2%/*}"
scripts/check-tag.sh "$1"
case "$1" in *-*) echo prerelease=true ;; *) echo prerelease=false ;; esac
# A registry takes no capitals; an owner may have some.
echo "registry=ghcr.io/$(echo "$owner" | tr '[:upper:]' '[:lower:]')"
echo "base=$(scripts/release/base-image.sh)"
