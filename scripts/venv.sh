#!/bin/sh
# Make .venv hold what a requirements file pins; a file that was installed before costs nothing.
set -eu
cd "$(dirname "$0")/.."
requirements="$1"
python="${PYTHON:-python3}"
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: PYTHON=python3.x make ..." >&2; exit 1; }
[ -x .venv/bin/python ] || { echo "Making .venv ..."; "$python" -m venv .venv; }
mark=".venv/$requirements.installed"
if ! cat requirements*.txt 2> /dev/null | cmp -s - "$mark"; then
  if [ -t 1 ]; then terminal=1; else terminal=0; fi
  # Each package as pip looks for it: in a terminal the line is written over, elsewhere it is one of many. What pip
  # says besides, a warning or an error, is shown as it is; its exit status is the pipe's.
  { .venv/bin/python -m pip install --disable-pip-version-check --progress-bar off --require-hashes \
      --requirement "$requirements" 2>&1 && echo "pip: 0" || echo "pip: $?"; } |
    awk -v file="$requirements" -v all="$(grep -c '^[^ #].*==' "$requirements")" -v terminal="$terminal" '
      function step(text) { if (terminal) printf "\r\033[K%s", text; else print text; fflush() }
      /^(Collecting|Requirement already satisfied:) / {
        name = $1 == "Collecting" ? $2 : $4; sub(/==.*/, "", name)
        step("Installing " file " into .venv: " ++count " of " all ", " name); next
      }
      /^Installing collected packages:/ { step("Installing " file " into .venv: unpacking " count " packages"); next }
      /^pip: / { status = $2; next }
      /^ *(Looking in|Ignoring|Successfully installed|Downloading|Using cached|Obtaining dependency) / { next }
      { if (terminal) printf "\r\033[K"; print }
      END {
        if (status == 0) { step("Installed " file " into .venv: " count " packages"); if (terminal) print "" }
        exit status
      }'
  cat requirements*.txt > "$mark"
fi
