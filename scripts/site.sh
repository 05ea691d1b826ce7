#!/bin/sh
# Spell-check what people read, and build it as a site into build/site; a link that leads nowhere fails. Arguments go to
# mkdocs: scripts/site.sh serve. Environment: SITE_URL, REPOSITORY_URL, as mkdocs.yml says.
set -eu
cd "$(dirname "$0")/.."
requirements=scripts/docs/requirements.txt
# Beside .venv: a theme's packages are none of the product's.
venv=build/site-venv
[ -x "$venv/bin/python" ] || "${PYTHON:-python3}" -m venv "$venv"
if ! cmp -s "$requirements" "$venv/installed"; then
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes --requirement "$requirements"
  cp "$requirements" "$venv/installed"
fi
spell() { "$venv/bin/codespell" --config scripts/docs/codespell.cfg "$@"; }
spell --dictionary - --dictionary scripts/docs/house.txt ./*.md docs charts examples .github
spell services scripts tests bench proto # for the house's spelling code has too many names of others
export NO_MKDOCS_2_WARNING=1
case "${1-}" in
  "" | -*) exec "$venv/bin/mkdocs" build --strict --clean "$@" ;;
  *) exec "$venv/bin/mkdocs" "$@" ;;
esac
