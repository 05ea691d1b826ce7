#!/bin/sh
# Make the release of a tag on GitHub, or add to it what a run before did not. Arguments: the tag, true for a prerelease,
# a file with the notes, and files that come with it.
set -eu
tag="$1" prerelease="$2" notes="$3"
shift 3
if gh release view "$tag" > /dev/null 2>&1; then
  exec gh release upload "$tag" --clobber "$@"
fi
case "$prerelease" in true) kind=--prerelease ;; *) kind=--latest ;; esac
exec gh release create "$tag" --verify-tag "$kind" --notes-file "$notes" "$@"
