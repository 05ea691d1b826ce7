# For the steps that install packages. A new machine updates itself in the background, so they wait for apt's locks.
# shellcheck shell=sh
export DEBIAN_FRONTEND=noninteractive

# apt's own timeout is not for the lock of the package lists, which `update` takes: without it, it fails at once.
update_lists() {
  tries=60
  until apt-get update -qq; do
    tries=$((tries - 1))
    [ "$tries" -gt 0 ] || return 1
    sleep 5
  done
}

install_packages() {
  apt-get -o DPkg::Lock::Timeout=300 install -qq -y "$@"
}
