#!/bin/sh
# Make a release: scripts/release.sh 1.2.3. Sets the version where it is said, gives the unreleased changes its name, checks
# all, commits, tags and pushes. The tag has GitHub do the rest: .github/workflows/release.yml.
set -eu
cd "$(dirname "$0")/.."
version="${1:?which version: make release VERSION=1.2.3, or 1.2.3-rc.1}"

fail() {
  echo "release.sh: $*" >&2
  exit 1
}
[ "$(git branch --show-current)" = main ] || fail "a release is made of the branch main"
[ -z "$(git status --porcelain)" ] || fail "there is something here that is not committed"
! git rev-parse --quiet --verify "refs/tags/v$version" > /dev/null || fail "v$version is there already"
scripts/release/notes.sh Unreleased > /dev/null

# edit FILE SCRIPT: with sed, as Linux and macOS have it.
edit() {
  sed "$2" "$1" > "$1.new"
  cat "$1.new" > "$1"
  rm "$1.new"
}
trap 'git checkout --quiet -- .' EXIT # of what was not committed in the end
edit services/erlang_docker/identity.py "s/^VERSION = .*/VERSION = \"$version\"/"
edit charts/erlang-docker/Chart.yaml "s/^version: .*/version: $version/; s/^appVersion: .*/appVersion: \"$version\"/"
edit CHANGELOG.md "s/^## Unreleased\$/&\\
\\
## $version - $(date -u +%Y-%m-%d)/"
scripts/check-tag.sh "v$version"
make test chart site
git commit --quiet --all --message "Release $version"
scripts/release/notes.sh "$version" | git tag --annotate "v$version" --cleanup=verbatim --file -
git push --atomic origin main "v$version"
