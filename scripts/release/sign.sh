#!/bin/sh
# In the workflow of a release: sign what was pushed, without a key, and verify it as docs/kubernetes.md says. Argument: the
# image or chart by its digest, so that nobody can put another under it meanwhile.
set -eu
cosign sign --yes "$1"
cosign verify "$1" --certificate-oidc-issuer https://token.actions.githubusercontent.com \
  --certificate-identity "$GITHUB_SERVER_URL/$GITHUB_WORKFLOW_REF" > /dev/null
