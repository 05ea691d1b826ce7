"""Ways to install the chart that the main release does not take: each with one node of a kind, in its own namespace."""

import json
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from documents import blocks
from e2e.kubernetes import KINDS, ROOT, Release, kubectl, restricted_namespace, run
from e2e.machines import are_containers, machines
from e2e.reader import Reader

pytestmark = pytest.mark.long

HELM3 = str(ROOT / ".tools/helm3/helm")
FOLDER = "/var/lib/erlang-docker-e2e"
POLICY_SECONDS = 30.0
KNOCK = """
import json, socket, sys
host, *ports = sys.argv[1:]
def opens(port):
    try:
        socket.create_connection((host, int(port)), 3).close()
    except OSError:
        return False
    return True
print(json.dumps([port for port in ports if opens(port)]))
"""


def small(**a: Any) -> dict[str, Any]:
    """Values of `nodes` for one of each kind, without NodePorts."""
    return {"a": {"replicas": 1, "service": {"type": "ClusterIP"}, **a}, "b": {"replicas": 1}}


@contextmanager
def installed(name: str, tag: str, values: Mapping[str, Any], helm: str = "helm") -> Iterator[Release]:
    """A small release; what it made outside its namespace goes too, whatever happened."""
    with restricted_namespace(f"erlang-e2e-{name}") as namespace:
        release = Release("small", namespace, helm)
        try:
            release.upgrade(tag, {"nodes": small(), **values})
            yield release
        finally:
            release.uninstall()


def assert_green(release: Release) -> None:
    tested = release.test()
    assert tested.returncode == 0, tested.stdout + tested.stderr


def claims(release: Release, path: str) -> set[str]:
    return set(release.kubectl("get", "pvc", "-o", f"jsonpath={{.items[*]{path}}}").split())


def test_the_cluster_s_own_storage_class(tags: tuple[str, str]) -> None:
    mark = "@.metadata.annotations.storageclass\\.kubernetes\\.io/is-default-class"
    default = f'jsonpath={{.items[?({mark}=="true")].metadata.name}}'
    with installed("existing", tags[0], {"storage": {"mode": "existing"}}) as release:
        assert_green(release)
        assert claims(release, ".spec.storageClassName") == {kubectl("get", "storageclass", "-o", default)}
        assert "small" not in kubectl("get", "storageclass", "-o", "name")


@pytest.fixture
def folders() -> Iterator[str]:
    """Of the volumes of both nodes, on the last machine; its name."""
    if not are_containers():
        pytest.skip("the machines are not containers of this Docker")
    machine = machines()[-1]
    names = [f"erlang-docker-{kind}-volume-small-erlang-docker-{kind}-sfs-0" for kind in KINDS]
    run("docker", "exec", machine, "mkdir", "-p", *(f"{FOLDER}/erlang-e2e-static/{name}" for name in names))
    yield machine
    run("docker", "exec", machine, "rm", "-r", FOLDER)


def test_volumes_on_a_machine_of_one_s_choice(tags: tuple[str, str], folders: str) -> None:
    """The original's `no-provisioner`: what is on them outlives the release."""
    storage = {"mode": "static-pv", "staticPV": {"machines": [folders], "path": FOLDER}}
    with installed("static", tags[0], {"storage": storage}) as release:
        pod = release.pod("b", 0)
        assert {each.machine for kind in KINDS for each in release.pods(kind).values()} == {folders}
        release.ask(pod, "mfa", "store:put(before,uninstall)")
        stored = run(
            "docker", "exec", folders, "find", f"{FOLDER}/erlang-e2e-static", "-name", "node.log"
        ).stdout.split()
        assert len(stored) == len(KINDS)
        release.uninstall()
        release.upgrade(tags[0], {"nodes": small(), "storage": storage})
        assert release.ask(pod, "mfa", "store:get(before)") == "{ok,uninstall}"


def stranger(release: Release, tag: str) -> None:
    """A pod that is none of the release's, and has Python."""
    container = {
        "name": "stranger",
        "image": f"{os.environ['REGISTRY']}/erlang-docker-a:{tag}",
        "command": ["sleep", "600"],
        "securityContext": {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}},
    }
    context = {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}}
    spec = {"spec": {"containers": [container], "securityContext": context, "terminationGracePeriodSeconds": 0}}
    release.kubectl("run", "stranger", f"--image={container['image']}", f"--overrides={json.dumps(spec)}")
    release.kubectl("wait", "--for=condition=Ready", "pod/stranger", "--timeout=60s")


def opened(release: Release) -> set[str]:
    """The ports of node a-0 that open to the stranger."""
    address = release.kubectl("get", "pod", release.pod("a", 0), "-o", "jsonpath={.status.podIP}")
    ports = ("8080", "9090", "50051", "8081")
    return set(json.loads(release.kubectl("exec", "stranger", "--", "python", "-c", KNOCK, address, *ports)))


def test_a_network_policy_keeps_strangers_out_and_the_nodes_at_work(tags: tuple[str, str]) -> None:
    """Made a friend by its label, the same pod gets in: it was the policy that kept it out."""
    friends = {"open": False, "from": [{"podSelector": {"matchLabels": {"role": "friend"}}}]}
    values = {"nodes": small(networkPolicy=friends), "networkPolicy": {"enabled": True}}
    with installed("policy", tags[0], values) as release:
        stranger(release, tags[0])
        assert opened(release) == set()
        assert_green(release)
        assert opened(release) == set()
        release.kubectl("label", "pod", "stranger", "role=friend")
        deadline = time.monotonic() + POLICY_SECONDS
        while opened(release) != {"8080", "9090", "50051"}:
            assert time.monotonic() < deadline, opened(release)
            time.sleep(0.5)


def test_helm_3_installs_upgrades_and_rolls_back(tags: tuple[str, str]) -> None:
    def tag() -> str:
        return release.kubectl("get", "pod", release.pod("b", 0), "-o", "jsonpath={.spec.containers[0].image}")

    with installed("helm3", tags[0], {}, helm=HELM3) as release:
        assert_green(release)
        release.upgrade(tags[1], {"nodes": small()})
        assert tag().endswith(tags[1])
        release.rollback()
        assert tag().endswith(tags[0])


def generations(release: Release) -> str:
    """Of its objects, which count changes; and the cookie."""
    shown = '{range .items[*]}{.metadata.name} {.metadata.generation} {.data.cookie}{"\\n"}{end}'
    return release.kubectl("get", "statefulsets,services,poddisruptionbudgets,secrets", "-o", f"jsonpath={shown}")


def test_plain_manifests_need_no_helm_and_can_be_applied_again(tags: tuple[str, str], tmp_path: Path) -> None:
    """Applied again they change nothing, though kubectl calls some `configured`."""
    file = "k8s_yaml/erlang-docker.yaml"
    (commands,) = (block.text for block in blocks("docs/kubernetes.md") if block.heading == "Without Helm")
    options = " ".join(f"--set=nodes.{kind}.replicas=1,nodes.{kind}.service.type=ClusterIP" for kind in KINDS)
    with restricted_namespace("erlang-e2e-plain") as namespace:
        release = Release("erlang-docker", namespace)
        make = f"make manifests NAMESPACE={namespace} OPTIONS='{options}'"
        reader = Reader.of(namespace, tmp_path)
        try:
            reader.type(commands.replace("make manifests", make), REGISTRY=os.environ["REGISTRY"], TAG=tags[0])
            release.wait_ready()
            assert release.ask(release.pod("a", 0), "rpc", "erlang:node()") == f"'{release.node(release.pod('b', 0))}'"
            before = generations(release)
            applied = kubectl("apply", "-f", file)
            assert generations(release) == before, applied
        finally:
            kubectl("delete", "-f", file)
