# Install K3s with Docker as its container runtime. Takes K3S_VERSION; K3S_URL and K3S_TOKEN make it an agent.
# shellcheck shell=sh
service=k3s
[ -z "${K3S_URL:-}" ] || service=k3s-agent
environment="${DESTDIR:-}/etc/systemd/system/$service.service.env"
if systemctl is-active --quiet "$service" && k3s --version | grep -qF "version $K3S_VERSION " &&
  { [ -z "${K3S_URL:-}" ] || grep -qF "$K3S_URL" "$environment"; }; then
  echo "$(hostname): $service $K3S_VERSION is running"
  exit
fi
installer="$(curl -fsSL https://get.k3s.io)"
# Not echo: that of dash would take the script's backslashes for its own.
printf '%s\n' "$installer" | INSTALL_K3S_VERSION="$K3S_VERSION" INSTALL_K3S_EXEC="--docker" sh -
