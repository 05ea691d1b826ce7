#!/bin/sh
# Package the chart into a folder, with the licence and UPGRADING.md, which lie beside it here. With OWNER/REPOSITORY, as
# released: from that home, with images of that owner's registry. HELM says which helm.
set -eu
cd "$(dirname "$0")/.."
folder="$1" repository="${2-}"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cp -R charts/erlang-docker "$work"
cp LICENSE UPGRADING.md "$work/erlang-docker"
if [ -n "$repository" ]; then
  registry="ghcr.io/$(echo "${repository%/*}" | tr '[:upper:]' '[:lower:]')"
  # The README's table says it too.
  sed -i "s#^  registry: \"\"#  registry: $registry#" "$work/erlang-docker/values.yaml"
  sed -i "s#^| \`image.registry\` | \`\"\"\`#| \`image.registry\` | \`\"$registry\"\`#" "$work/erlang-docker/README.md"
  sed -i "s#^\(home: \|sources: \[\)https://[^]]*#\1https://github.com/$repository#" "$work/erlang-docker/Chart.yaml"
fi
mkdir -p "$folder"
"${HELM:-helm}" package "$work/erlang-docker" --destination "$folder"
