"""Images and chart into the cluster: scripts/vm/send, and update.sh on the master."""

import hashlib
from pathlib import Path

import pytest

from flow.stand_ins import PROJECT, Laptop


@pytest.fixture
def sent(machines: Laptop) -> Laptop:
    """Machines with K3s, and on the master all that an update needs."""
    machines.did("vm/registry")
    machines.did("vm/k3s")
    images = machines.world / "docker_images"
    chart = machines.world / "charts/erlang-docker"
    images.mkdir()
    chart.mkdir(parents=True)
    (chart / "Chart.yaml").write_text("name: erlang-docker\n")
    for kind in "ab":
        (images / f"erlang-docker-{kind}.tar").write_text(f"image {kind}")
    scripts = [str(PROJECT / "scripts/vm" / name) for name in ("update.sh", "clean-registry.sh")]
    machines.did("vm/send", *map(str, images.iterdir()), str(chart), *scripts)
    return machines


def tag(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def test_what_was_sent_before_is_replaced_whole(sent: Laptop) -> None:
    stale = sent.machine("master") / "home/erlang-docker/templates.yaml"
    stale.write_text("no longer in the chart")
    sent.did("vm/send", str(sent.world / "charts/erlang-docker"))
    assert [path.name for path in stale.parent.iterdir()] == ["Chart.yaml"]


def test_nothing_is_sent_when_a_file_is_missing(machines: Laptop) -> None:
    done = machines.run("vm/send", str(PROJECT / "scripts/vm/update.sh"), "docker_images/erlang-docker-x.tar")
    assert done.returncode == 1
    assert "make images" in done.stderr
    assert list((machines.machine("master") / "home").iterdir()) == []


def test_an_update_pushes_tags_of_their_content_and_upgrades(sent: Laptop) -> None:
    done = sent.did("vm/ssh", "master", "sudo ./update.sh --values mine.yaml")
    a, b = tag("image a"), tag("image b")
    assert [line for line in done if "docker push" in line] == [
        f"master docker push --quiet 10.0.0.1:5000/erlang-docker-a:{a}",
        f"master docker push --quiet 10.0.0.1:5000/erlang-docker-b:{b}",
    ]
    assert [line for line in done if "helm" in line] == [
        "master helm upgrade --install erlang-docker ./erlang-docker --namespace default --create-namespace --wait"
        f" --timeout 5m --set-string image.registry=10.0.0.1:5000,nodes.a.image.tag={a},nodes.b.image.tag={b}"
        " --values mine.yaml"
    ]
    assert not [line for line in done if " delete " in line or " prune " in line]


def test_deploy_passes_on_what_it_is_given(sent: Laptop) -> None:
    roles = {"MASTER": "worker1", "WORKERS": "master"}
    given = {"RELEASE": "other", "NAMESPACE": "own", "TIMEOUT": "1m"}
    sent.did("vm/k3s", **roles)
    for path in (sent.machine("master") / "home").iterdir():
        path.rename(sent.machine("worker1") / "home" / path.name)
    note = "it's $HOME\\n"
    done = sent.did("vm/deploy", "--set", f"note={note}", **roles, **given)
    assert [line for line in done if "helm upgrade" in line] == [
        "worker1 helm upgrade --install other ./erlang-docker --namespace own --create-namespace --wait"
        f" --timeout 1m --set-string image.registry=10.0.0.2:5000,nodes.a.image.tag={tag('image a')}"
        f",nodes.b.image.tag={tag('image b')} --set note={note}"
    ]


def test_the_registry_is_where_all_machines_reach_it(sent: Laptop) -> None:
    """On the master itself too, which may have an address that only it reaches."""
    (sent.machine("master") / "etc/erlang-docker/registry").write_text("10.0.0.9:5000\n")
    pushed = [line for line in sent.did("vm/ssh", "master", "sudo ./update.sh") if "docker push" in line]
    assert [" 10.0.0.9:5000/erlang-docker-" in line for line in pushed] == [True, True]
    (sent.machine("master") / "etc/erlang-docker/registry").unlink()
    done = sent.run("vm/ssh", "master", "sudo ./update.sh")
    assert done.returncode == 1
    assert "scripts/vm/registry sets it up" in done.stderr


def test_only_the_master_s_own_registry_is_cleaned_up(sent: Laptop) -> None:
    def asked() -> list[str]:
        return [line for line in sent.did("vm/ssh", "master", command) if "/tags/list" in line]

    command = "sudo ./update.sh"
    assert [line.split()[-1] for line in asked()] == [
        f"http://10.0.0.1:5000/v2/erlang-docker-{kind}/tags/list" for kind in "ab"
    ]
    command = "sudo env REGISTRY=shared.example:5000 ./update.sh"
    assert asked() == []


def test_only_what_changed_gets_another_tag(sent: Laptop) -> None:
    def tags() -> str:
        done = sent.did("vm/ssh", "master", "sudo ./update.sh")
        return next(line for line in done if "helm upgrade" in line).split(",", 1)[1]

    before = tags()
    assert tags() == before
    home = sent.machine("master") / "home"
    (home / "erlang-docker-b.tar").write_text("image b, changed")
    assert tags() == before.replace(tag("image b"), tag("image b, changed"))


def test_the_answers_of_nodes_are_shown(sent: Laptop) -> None:
    done = sent.run("vm/ssh", "master", "sudo ./update.sh")
    assert "http://10.0.0.1:30080/node answers:" in done.stdout
    assert done.stdout.count("erlang-docker-a@a-0") == 3


def test_a_rollout_that_fails_says_how_to_go_back(sent: Laptop) -> None:
    Path(sent.world / "helm-fails").touch()
    done = sent.run("vm/ssh", "master", "sudo ./update.sh")
    assert done.returncode == 1
    assert "helm rollback erlang-docker --namespace default" in done.stderr


@pytest.mark.parametrize(
    ("missing", "mend"),
    [("erlang-docker-b.tar", "make build_a build_b scp_images"), ("erlang-docker", "make scp_chart")],
)
def test_what_is_missing_is_named(sent: Laptop, missing: str, mend: str) -> None:
    home = sent.machine("master") / "home"
    (home / missing).rename(home / "elsewhere")
    done = sent.run("vm/ssh", "master", "sudo ./update.sh")
    assert done.returncode == 1
    assert mend in done.stderr
