# Set up the control plane, pod network and volumes. Takes the versions FLANNEL and LOCAL_PATH.
# shellcheck shell=sh
export KUBECONFIG=/etc/kubernetes/admin.conf
[ -f "${DESTDIR:-}$KUBECONFIG" ] || kubeadm init --pod-network-cidr 10.244.0.0/16
kubectl apply -f "https://github.com/flannel-io/flannel/releases/download/$FLANNEL/kube-flannel.yml"
kubectl apply -f "https://raw.githubusercontent.com/rancher/local-path-provisioner/$LOCAL_PATH/deploy/local-path-storage.yaml"
