#!/bin/sh
# What tests that nobody here wrote say of one node on loopback, as counts. Not part of `make test`: it takes minutes and
# needs Go, slowhttptest, and what PyPI has of the rest. `scripts/strangers.sh autobahn slow` runs only those.
set -eu
cd "$(dirname "$0")/.."
scripts/venv.sh requirements-dev.txt
tools=$PWD/build/strangers
[ -d "$tools" ] || python3 -m venv "$tools"
"$tools/bin/pip" install --quiet kosoku==0.1.0 schemathesis==4.32.5
[ -x "$tools/bin/h2spec" ] || GOBIN=$tools/bin go install github.com/summerwind/h2spec/cmd/h2spec@latest
PATH=$tools/bin:$PATH PYTHONPATH=services:tests exec .venv/bin/python scripts/strangers.py "$@"
