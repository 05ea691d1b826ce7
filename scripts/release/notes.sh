#!/bin/sh
# Print what CHANGELOG.md says of a version, and the base image where one is given: scripts/release/notes.sh 1.2.3
set -eu
cd "$(dirname "$0")/../.."
# From the heading of the version to that of the next one.
notes="$(awk -v version="$1" '/^## / { inside = $2 == version; next } inside' CHANGELOG.md)"
case "$notes" in *-\ *) ;; *) echo "CHANGELOG.md says nothing of $1" >&2; exit 1 ;; esac
echo "$notes" | sed '/./,$!d'
[ -z "${2-}" ] || printf "\nBase image: \`%s\`\n" "$2"
