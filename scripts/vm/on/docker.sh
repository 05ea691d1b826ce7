# Install Docker Engine from Docker's packages, https://docs.docker.com/engine/install/ubuntu/. Takes DOCKER_VERSION.
# shellcheck shell=sh
if command -v dockerd > /dev/null; then
  echo "$(hostname): Docker is installed"
  exit
fi
apt="${DESTDIR:-}/etc/apt"
update_lists
install_packages ca-certificates curl
mkdir -p "$apt/keyrings" "$apt/sources.list.d"
curl -fsSL https://download.docker.com/linux/ubuntu/gpg -o "$apt/keyrings/docker.asc"
# shellcheck source=/dev/null
. "${DESTDIR:-}/etc/os-release"
echo "deb [arch=$(dpkg --print-architecture) signed-by=/etc/apt/keyrings/docker.asc]" \
  "https://download.docker.com/linux/ubuntu $VERSION_CODENAME stable" > "$apt/sources.list.d/docker.list"
update_lists
install_packages "docker-ce=$DOCKER_VERSION" "docker-ce-cli=$DOCKER_VERSION" containerd.io
