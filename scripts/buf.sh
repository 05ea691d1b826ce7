#!/bin/sh
# What buf says of proto/: lint, and `scripts/buf.sh breaking OLD.binpb` what would break who was built for an older
# descriptor set. Needs Go, and builds buf into .tools once.
set -eu
cd "$(dirname "$0")/.."
command -v go > /dev/null || { echo "Go is needed to build buf: https://go.dev/dl" >&2; exit 1; }
version=v1.60.0
tools="$PWD/.tools/buf-$version"
[ -x "$tools/buf" ] || GOBIN="$tools" GOFLAGS=-trimpath go install "github.com/bufbuild/buf/cmd/buf@$version"
case "${1:-lint}" in
lint) exec "$tools/buf" lint proto ;;
breaking) exec "$tools/buf" breaking proto --against "$2" ;;
esac
