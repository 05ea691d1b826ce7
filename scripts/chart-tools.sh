#!/bin/sh
# Build tools into .tools with Go, at these versions; skips those already built. Arguments name some of them, none all.
# Prometheus and promtool are Debian's, unpacked and not installed.
set -eu
cd "$(dirname "$0")/.."
command -v go > /dev/null || { echo "Go is needed to build helm, kube-score and registry: https://go.dev/dl" >&2; exit 1; }
install() {
  folder="$PWD/.tools/$1" package="$2"
  [ "$(cat "$folder/package" 2> /dev/null)" = "$package" ] && return
  echo "Building $package ..."
  GOBIN="$folder" GOFLAGS=-trimpath go install "$package"
  echo "$package" > "$folder/package"
}
download() { apt-get download --quiet "$1"; }
unpack() {
  folder="$PWD/.tools/$1" work="$(mktemp -d)"
  [ -x "$folder/usr/bin/$1" ] && return
  command -v apt-get > /dev/null || { echo "$1 is taken from Debian or Ubuntu, with apt-get" >&2; exit 1; }
  echo "Unpacking $1 ..."
  mkdir -p "$folder"
  # A new machine has no list of packages yet.
  (cd "$work" && { download "$1" || { apt-get update --quiet --quiet && download "$1"; } } && dpkg-deb --extract ./*.deb "$folder")
  rm -rf "$work"
}
[ $# -gt 0 ] || set -- helm3 helm4 kube-score registry prometheus
for tool; do
  case "$tool" in
    helm3) install helm3 helm.sh/helm/v3/cmd/helm@v3.22.0 ;;
    helm4) install helm4 helm.sh/helm/v4/cmd/helm@v4.3.1 ;;
    kube-score) install kube-score github.com/zegl/kube-score/cmd/kube-score@v1.20.0 ;;
    registry) install registry github.com/distribution/distribution/v3/cmd/registry@v3.1.2 ;;
    prometheus) unpack prometheus ;;
    kind) install kind "sigs.k8s.io/kind@${KIND:-v0.33.0}" ;;
    *) echo "no such tool: $tool" >&2; exit 1 ;;
  esac
done
