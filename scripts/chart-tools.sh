#!/bin/sh
# Build the tools of the chart's tests into .tools with Go, at these versions; skips those already built.
set -eu
cd "$(dirname "$0")/.."
command -v go > /dev/null || { echo "Go is needed to build helm and kube-score: https://go.dev/dl" >&2; exit 1; }
install() {
  folder="$PWD/.tools/$1" package="$2"
  [ "$(cat "$folder/package" 2> /dev/null)" = "$package" ] && return
  echo "Building $package ..."
  GOBIN="$folder" GOFLAGS=-trimpath go install "$package"
  echo "$package" > "$folder/package"
}
install helm3 helm.sh/helm/v3/cmd/helm@v3.22.0
install helm4 helm.sh/helm/v4/cmd/helm@v4.3.1
install kube-score github.com/zegl/kube-score/cmd/kube-score@v1.20.0
