# The machines and how to reach them, for the scripts beside this one. Every name here may be set in the environment.
# shellcheck shell=sh
# shellcheck disable=SC2034 # used by the scripts that source this
MASTER="${MASTER:-master}"
WORKERS="${WORKERS-worker1 worker2 worker3}"
MACHINES="$MASTER${WORKERS:+ $WORKERS}"
VM_DIR="${VM_DIR:-$PWD/.vm}"
ssh_config="$VM_DIR/ssh_config"
kubeconfig="$VM_DIR/kubeconfig"

fail() {
  echo "$(basename "$0"): $*" >&2
  exit 1
}

# machine NAME COMMAND...: run a command there.
machine() {
  [ -f "$ssh_config" ] || fail "no machines: run scripts/vm/create first, or write $ssh_config for machines of your own"
  ssh -F "$ssh_config" "$@"
}

# address NAME: the address of a machine.
address() {
  machine -G "$1" -T | awk '$1 == "hostname" { print $2 }'
}

# on NAME SCRIPT [VARIABLE=VALUE...]: run on/SCRIPT.sh there as root. Nothing of it shows in the process list there,
# and what it runs finds an empty standard input.
on() {
  name="$1" script="$2"
  shift 2
  {
    for pair; do printf "export %s='%s'\n" "${pair%%=*}" "${pair#*=}"; done
    cat "scripts/vm/on/$script.sh"
  } | machine "$name" "sudo sh -eu -c 'eval \"\$(cat)\"'" || fail "step '$script' failed on $name"
}
