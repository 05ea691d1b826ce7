#!/bin/sh
# Build Jaeger into .tools, at this version; skips it if it is there. It takes minutes the first time.
set -eu
cd "$(dirname "$0")/.."
package=github.com/jaegertracing/jaeger/cmd/jaeger version=v1.76.0
command -v go > /dev/null || { echo "Go is needed to build Jaeger: https://go.dev/dl" >&2; exit 1; }
folder="$PWD/.tools/jaeger"
[ "$(cat "$folder/package" 2> /dev/null)" != "$package@$version" ] || exit 0
echo "Building $package@$version ..."
# Its module replaces others, so `go install` does not take it: as a tool of a module of our own those do not count.
module="$(mktemp -d)"
trap 'rm -rf "$module"' EXIT
cd "$module"
go mod init tools 2> /dev/null
go get -tool "$package@$version"
# Without the C library, so that it runs in an image that has nothing else.
CGO_ENABLED=0 go build -trimpath -o "$folder/jaeger" "$package"
echo "$package@$version" > "$folder/package"
