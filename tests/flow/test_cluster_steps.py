"""What the machines become: scripts/vm/docker, registry, k3s, kubeadm, clean. Each step run twice works once."""

import json
from pathlib import Path

from flow.stand_ins import NAMES, Laptop


def with_word(done: list[str], word: str) -> list[str]:
    return [line for line in done if f" {word} " in line]


def test_docker_is_installed_once_on_every_machine(machines: Laptop) -> None:
    installs = [line for line in machines.did("vm/docker") if "install -qq -y docker-ce" in line]
    package = "docker-ce=5:28.* docker-ce-cli=5:28.* containerd.io"
    wait = "-o DPkg::Lock::Timeout=300"
    assert installs == [f"{name} apt-get {wait} install -qq -y {package}" for name in NAMES]
    source = machines.machine("worker1") / "etc/apt/sources.list.d/docker.list"
    assert source.read_text() == (
        "deb [arch=amd64 signed-by=/etc/apt/keyrings/docker.asc]"
        " https://download.docker.com/linux/ubuntu noble stable\n"
    )
    assert machines.did("vm/docker") == []


def test_a_machine_that_updates_itself_is_waited_for(machines: Laptop) -> None:
    (machines.machine("worker2") / "lists-are-locked").touch()
    done = machines.did("vm/docker")
    updates = [line for line in done if "apt-get update" in line or "sleep" in line]
    assert [line.split()[1] for line in updates if line.startswith("worker2")] == [
        "apt-get",
        "sleep",
        "apt-get",
        "apt-get",
    ]
    assert [line.split()[1] for line in updates if line.startswith("worker1")] == ["apt-get", "apt-get"]


def daemon(machines: Laptop, name: str) -> Path:
    return machines.machine(name) / "etc/docker/daemon.json"


def test_the_registry_runs_on_the_master_and_every_machine_trusts_it(machines: Laptop) -> None:
    done = machines.did("vm/registry")
    assert [line for line in done if "docker run" in line] == [
        "master docker run --detach --name registry --restart always --publish 5000:5000"
        " --volume registry:/var/lib/registry --env REGISTRY_STORAGE_DELETE_ENABLED=true registry:2.8.3"
    ]
    assert (machines.machine("master") / "etc/erlang-docker/registry").read_text() == "10.0.0.1:5000\n"
    assert with_word(done, "systemctl") == [f"{name} systemctl reload-or-restart docker" for name in NAMES]
    for name in NAMES:
        assert json.loads(daemon(machines, name).read_text()) == {"insecure-registries": ["10.0.0.1:5000"]}

    again = machines.did("vm/registry")
    assert with_word(again, "systemctl") == []
    assert [line for line in again if "docker run" in line or "docker rm" in line] == []


def test_another_registry_image_replaces_the_container(machines: Laptop) -> None:
    machines.did("vm/registry")
    done = machines.did("vm/registry", REGISTRY_IMAGE="registry:3")
    assert [line.split()[2] for line in with_word(done, "docker")] == ["rm", "run"]


def test_other_settings_of_docker_stay(machines: Laptop) -> None:
    file = daemon(machines, "worker1")
    file.parent.mkdir()
    file.write_text('{"log-driver": "local", "insecure-registries": ["10.9.9.9:5000"]}')
    machines.did("vm/registry")
    assert json.loads(file.read_text()) == {
        "log-driver": "local",
        "insecure-registries": ["10.9.9.9:5000", "10.0.0.1:5000"],
    }


def test_settings_that_cannot_be_read_are_not_written_over(machines: Laptop) -> None:
    file = daemon(machines, "worker2")
    file.parent.mkdir()
    file.write_text("{oops")
    done = machines.run("vm/registry")
    assert done.returncode == 1
    assert "daemon.json is not JSON" in done.stderr
    assert "step 'trust-registry' failed on worker2" in done.stderr
    assert file.read_text() == "{oops"


def test_k3s_joins_the_workers_and_brings_the_kubeconfig(machines: Laptop) -> None:
    done = machines.did("vm/k3s")
    assert [line.split()[0] for line in done if "get.k3s.io" in line] == list(NAMES)
    agent = (machines.machine("worker3") / "etc/systemd/system/k3s-agent.service.env").read_text()
    assert agent == "K3S_TOKEN='K10token::server:secret'\nK3S_URL='https://10.0.0.1:6443'\n"
    assert f"master kubectl wait --for=condition=Ready --timeout=180s node {' '.join(NAMES)}" in done
    kubeconfig = machines.state / "kubeconfig"
    assert kubeconfig.read_text() == "    server: https://10.0.0.1:6443\n"
    assert kubeconfig.stat().st_mode & 0o077 == 0

    again = machines.did("vm/k3s")
    assert with_word(again, "curl") == []
    newer = machines.did("vm/k3s", K3S_VERSION="v1.35.1+k3s1")
    assert [line.split()[0] for line in newer if "get.k3s.io" in line] == list(NAMES)


def test_a_master_with_a_new_address_gets_its_workers_back(machines: Laptop) -> None:
    machines.did("vm/k3s")
    (machines.machine("master") / "address").write_text("10.0.0.99\n")
    machines.did("vm/create")
    done = machines.did("vm/k3s")
    assert [line.split()[0] for line in done if "get.k3s.io" in line] == list(NAMES[1:])
    agent = (machines.machine("worker1") / "etc/systemd/system/k3s-agent.service.env").read_text()
    assert "K3S_URL='https://10.0.0.99:6443'" in agent


def test_swap_stays_off_after_a_restart(machines: Laptop) -> None:
    fstab = machines.machine("worker1") / "etc/fstab"
    lines = ["LABEL=root / ext4 defaults 0 1", "/swap.img\tnone\tswap\tsw\t0\t0", "# swap was on /dev/sda2 swap x"]
    fstab.write_text("\n".join(lines) + "\n")
    done = machines.did("vm/kubeadm")
    assert fstab.read_text().splitlines() == [lines[0], f"#{lines[1]}", lines[2]]
    assert {"worker1 swapoff -a", "worker1 systemctl mask --quiet swap.target"} <= set(done)


def test_kubeadm_makes_one_control_plane_and_joins_the_workers(machines: Laptop) -> None:
    done = machines.did("vm/kubeadm")
    ran = [(line.split()[0], line.split()[2]) for line in with_word(done, "kubeadm") if "apt" not in line]
    assert ran == [
        ("master", "init"),
        *[call for name in NAMES[1:] for call in (("master", "token"), (name, "join"))],
    ]
    containerd = machines.machine("worker1") / "etc/containerd"
    assert "SystemdCgroup = true" in (containerd / "config.toml").read_text()
    assert 'config_path = "/etc/containerd/certs.d"' in (containerd / "config.toml").read_text()
    assert (containerd / "certs.d/10.0.0.1:5000/hosts.toml").read_text() == 'server = "http://10.0.0.1:5000"\n'
    assert (machines.state / "kubeconfig").read_text() == "server: https://10.0.0.1:6443\n"

    again = machines.did("vm/kubeadm")
    assert [line for line in again if "kubeadm init" in line or "kubeadm join" in line] == []
    assert with_word(again, "apt-get") == []
    assert with_word(again, "systemctl") == []


def test_clean_takes_only_images_of_this_project(machines: Laptop) -> None:
    done = with_word(machines.did("vm/clean"), "docker")
    title = "label=org.opencontainers.image.title=erlang-docker"
    assert done == [
        f"{name} docker image prune --all --force --filter {title}-{kind}" for name in NAMES for kind in "ab"
    ]
