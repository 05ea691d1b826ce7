"""Machines and the way to them: scripts/vm/create, ssh, delete."""

import subprocess

import pytest

from flow.stand_ins import NAMES, Laptop, found


def starting(done: list[str], *words: str) -> list[str]:
    return [line for line in done if line.startswith(words)]


def test_four_machines_are_made_once(laptop: Laptop) -> None:
    launched = starting(laptop.did("vm/create", MEMORY="8G"), "multipass launch")
    assert launched == [
        f"multipass launch 24.04 --name {name} --cpus 2 --memory 8G --disk 10G --cloud-init -" for name in NAMES
    ]
    assert starting(laptop.did("vm/create"), "multipass launch", "multipass start") == []


def test_names_can_be_chosen(laptop: Laptop) -> None:
    laptop.did("vm/create", MASTER="m", WORKERS="w")
    assert laptop.run("vm/ssh", "w", "hostname", MASTER="m", WORKERS="w").stdout == "w\n"


def test_a_command_reaches_the_machine_it_is_for(machines: Laptop) -> None:
    for name in NAMES:
        assert machines.run("vm/ssh", name, "hostname").stdout == f"{name}\n"


def test_a_stopped_machine_is_started_and_a_new_address_is_learnt(machines: Laptop) -> None:
    worker = machines.machine("worker2")
    (worker / "state").write_text("Stopped\n")
    (worker / "address").write_text("10.0.0.77\n")
    assert starting(machines.did("vm/create"), "multipass launch", "multipass start") == ["multipass start worker2"]
    assert machines.run("vm/ssh", "worker2", "hostname").stdout == "worker2\n"


def test_the_users_own_ssh_config_is_left_alone_and_can_include_ours(machines: Laptop) -> None:
    assert list(machines.home.iterdir()) == []
    include = next(line for line in machines.run("vm/create").stdout.splitlines() if line.startswith("Include"))
    own = machines.home / "config"
    own.write_text(f"{include}\nHost elsewhere\n  User me\n")
    settings = {
        host: subprocess.run([found("ssh"), "-F", own, "-G", host], capture_output=True, text=True, check=True).stdout
        for host in ("worker1", "elsewhere")
    }
    assert "hostname 10.0.0.2\n" in settings["worker1"]
    assert "user ubuntu\n" in settings["worker1"]
    assert "user me\n" in settings["elsewhere"]
    assert "stricthostkeychecking accept-new" not in settings["elsewhere"]


def test_only_the_user_can_read_the_key(machines: Laptop) -> None:
    assert (machines.state / "id_ed25519").stat().st_mode & 0o077 == 0
    assert machines.state.stat().st_mode & 0o077 == 0


def test_a_machine_made_with_another_key_is_named(machines: Laptop) -> None:
    (machines.machine("worker3") / "cloud-init").write_text("another key")
    done = machines.run("vm/create")
    assert done.returncode == 1
    assert "worker3 does not answer" in done.stderr
    assert "multipass delete --purge worker3" in done.stderr


def test_a_machine_in_the_trash_is_not_made_anew(machines: Laptop) -> None:
    (machines.machine("worker1") / "state").write_text("Deleted\n")
    done = machines.run("vm/create")
    assert done.returncode == 1
    assert "multipass recover worker1" in done.stderr


def test_without_multipass_it_says_where_to_get_it(laptop: Laptop) -> None:
    laptop.path = laptop.path[1:]
    done = laptop.run("vm/create")
    assert done.returncode == 1
    assert "Multipass is not installed" in done.stderr


@pytest.mark.parametrize("script", ["vm/ssh", "vm/docker", "vm/registry", "vm/k3s", "vm/kubeadm", "vm/clean"])
def test_without_machines_it_says_how_to_get_them(laptop: Laptop, script: str) -> None:
    done = laptop.run(script, "master")
    assert done.returncode != 0
    assert "run scripts/vm/create first" in done.stderr


def test_delete_takes_what_create_made_and_nothing_else(machines: Laptop) -> None:
    machines.did("vm/create", MASTER="other", WORKERS="", VM_DIR=str(machines.world / "other"))
    deleted = starting(machines.did("vm/delete"), "multipass delete")
    assert deleted == [f"multipass delete --purge {name}" for name in NAMES]
    assert machines.machine("other").is_dir()
    assert not machines.state.exists()
    assert starting(machines.did("vm/delete"), "multipass delete") == []


def test_delete_keeps_the_key_while_multipass_does_not_answer(machines: Laptop) -> None:
    """Without it the machines, which live on, could not be entered."""
    (machines.world / "multipass-fails").touch()
    done = machines.run("vm/delete")
    assert done.returncode == 1
    assert "Multipass does not answer" in done.stderr
    assert (machines.state / "id_ed25519").exists()
    (machines.world / "multipass-fails").unlink()
    assert len(starting(machines.did("vm/delete"), "multipass delete")) == len(NAMES)


def test_delete_leaves_folders_of_others_alone(machines: Laptop) -> None:
    ssh = machines.home / ".ssh"
    ssh.mkdir()
    for name in ("id_ed25519", "known_hosts"):
        (ssh / name).write_text("mine")
    (ssh / "id_ed25519.pub").write_text("ssh-ed25519 AAAA me@laptop\n")
    done = machines.run("vm/delete", VM_DIR=str(ssh))
    assert done.returncode == 1
    assert "not a folder of scripts/vm/create" in done.stderr
    assert len(list(ssh.iterdir())) == 3
    assert machines.machine("master").is_dir()


def test_delete_keeps_files_it_does_not_know(machines: Laptop) -> None:
    (machines.state / "notes").write_text("mine")
    done = machines.run("vm/delete")
    assert done.returncode == 1
    assert "has files that are not from scripts/vm" in done.stderr
    assert [path.name for path in machines.state.iterdir()] == ["notes"]


def test_a_way_to_the_master_that_is_broken_is_not_hidden(machines: Laptop) -> None:
    """Else its address would be empty, and the registry would be `:5000`."""
    (machines.state / "ssh_config").write_text("Host master\n  NoSuchOption yes\n")
    done = machines.run("vm/registry")
    assert done.returncode != 0
    assert "step 'registry' failed" not in done.stderr  # it was not even tried
