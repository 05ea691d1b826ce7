# Join the cluster. Takes JOIN, the command the control plane printed.
# shellcheck shell=sh
# shellcheck disable=SC2086 # a command, with spaces between
$JOIN
