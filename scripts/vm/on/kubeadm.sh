# Prepare a machine for kubeadm: containerd with the systemd cgroup driver and our registry, kubelet, kubeadm.
# https://kubernetes.io/docs/setup/production-environment/tools/kubeadm/. Takes KUBERNETES (v1.34) and REGISTRY.
# shellcheck shell=sh
etc="${DESTDIR:-}/etc"
if command -v kubeadm > /dev/null && [ -d "$etc/containerd/certs.d/$REGISTRY" ]; then
  echo "$(hostname): kubeadm is installed"
  exit
fi

mkdir -p "$etc/modules-load.d" "$etc/sysctl.d" "$etc/containerd/certs.d/$REGISTRY"
printf 'overlay\nbr_netfilter\n' > "$etc/modules-load.d/kubernetes.conf"
modprobe -a overlay br_netfilter
printf 'net.ipv4.ip_forward = 1\nnet.bridge.bridge-nf-call-iptables = 1\n' > "$etc/sysctl.d/kubernetes.conf"
sysctl --quiet --system
swapoff -a
# And not on again after a restart: neither what fstab lists nor what systemd finds by itself.
if [ -f "$etc/fstab" ]; then
  sed -i -E 's/^[^#[:space:]]+[[:space:]]+[^[:space:]]+[[:space:]]+swap[[:space:]]/#&/' "$etc/fstab"
fi
systemctl mask --quiet swap.target

# Docker's containerd package ships with the CRI plugin disabled.
containerd config default |
  sed -e 's/SystemdCgroup = false/SystemdCgroup = true/' -e 's#config_path = .*#config_path = "/etc/containerd/certs.d"#' \
    > "$etc/containerd/config.toml"
printf 'server = "http://%s"\n' "$REGISTRY" > "$etc/containerd/certs.d/$REGISTRY/hosts.toml"
systemctl restart containerd

packages="https://pkgs.k8s.io/core:/stable:/$KUBERNETES/deb"
mkdir -p "$etc/apt/keyrings" "$etc/apt/sources.list.d"
curl -fsSL "$packages/Release.key" -o "$etc/apt/keyrings/kubernetes.asc"
echo "deb [signed-by=/etc/apt/keyrings/kubernetes.asc] $packages/ /" > "$etc/apt/sources.list.d/kubernetes.list"
update_lists
install_packages kubelet kubeadm kubectl
apt-mark hold kubelet kubeadm kubectl
