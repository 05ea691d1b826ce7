"""The command line, `erlang-docker`: the same commands as every endpoint, and a few more.

On a checkout `scripts/cli`, in a pod `kubectl exec POD -- erlang-docker rpc 'erlang:node()'`.
"""
