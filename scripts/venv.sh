#!/bin/sh
# Make .venv hold what a requirements file pins; a file that was installed before costs nothing.
set -eu
cd "$(dirname "$0")/.."
requirements="$1"
python="${PYTHON:-python3}"
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: PYTHON=python3.x make ..." >&2; exit 1; }
[ -x .venv/bin/python ] || { echo "Making .venv ..."; "$python" -m venv .venv; }
mark=".venv/$requirements.installed"
if ! cat requirements*.txt | cmp -s - "$mark"; then
  echo "Installing $requirements into .venv ..."
  .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement "$requirements"
  cat requirements*.txt > "$mark"
fi
