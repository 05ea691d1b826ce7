#!/bin/sh
# List the licences of the Python packages in the images, as Markdown; one that is not on the list of allowed ones fails.
set -eu
cd "$(dirname "$0")/.."
scripts/venv.sh requirements-dev.txt >&2
venv=build/licences
.venv/bin/uv venv --quiet --clear "$venv"
.venv/bin/uv pip install --quiet --python "$venv" --require-hashes --requirement requirements-otel.txt
.venv/bin/uv tool run --quiet pip-licenses==5.5.5 --python "$venv/bin/python" --from=mixed --format=markdown --with-urls \
  --partial-match --allow-only='Apache;BSD;MIT;ISC;PSF;Python Software Foundation;CNRI;LGPL;Lesser General Public'
