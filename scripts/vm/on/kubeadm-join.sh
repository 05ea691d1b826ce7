# Join the cluster. Takes JOIN, the command that the control plane printed.
# shellcheck shell=sh
# shellcheck disable=SC2086 # a command with its arguments
$JOIN
