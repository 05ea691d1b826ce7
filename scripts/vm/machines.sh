# The machines and how to reach them, for the scripts in this directory. Environment: MASTER, WORKERS, VM_DIR.
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

# field NAME COLUMN: a column of `multipass list` for a machine; empty if there is no such machine, a failure if Multipass
# cannot say.
field() {
  listed="$(multipass list --format csv)" || return
  echo "$listed" | awk -F, -v name="$1" -v column="$2" \
    'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i } $1 == name { print $at[column] }'
}

# machine NAME COMMAND...: run a command on a machine.
machine() {
  [ -f "$ssh_config" ] || fail "no machines: run scripts/vm/create first, or write $ssh_config for your own machines"
  ssh -F "$ssh_config" "$@"
}

# address NAME: the address of a machine.
address() {
  settings="$(machine -G "$1" -T)" || return
  echo "$settings" | awk '$1 == "hostname" { print $2 }'
}

# quoted WORD...: the words for a shell that reads them again.
quoted() {
  for word; do printf "'%s' " "$(printf '%s' "$word" | sed "s/'/'\\\\''/g")"; done
}

# on NAME SCRIPT [VARIABLE=VALUE...]: run on/SCRIPT.sh on a machine as root. Neither script nor variables show in its
# process list, and the script's commands get an empty standard input.
on() {
  name="$1" script="$2"
  shift 2
  {
    for pair; do printf 'export %s=%s\n' "${pair%%=*}" "$(quoted "${pair#*=}")"; done
    cat scripts/vm/on/apt.sh "scripts/vm/on/$script.sh"
  } | machine "$name" "sudo sh -eu -c 'eval \"\$(cat)\"'" || fail "step '$script' failed on $name"
}
