"""A cluster, its registry, and releases of the chart in it: needs kubectl, helm and docker, KUBECONFIG and REGISTRY."""

import json
import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
CHART = ROOT / "charts" / "erlang-docker"
KINDS = ("a", "b")
TIMEOUT = "180s"


def run(*command: str, check: bool = True) -> subprocess.CompletedProcess[str]:
    """Run a command; a failure shows what it printed."""
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=600)
    assert not check or done.returncode == 0, f"{' '.join(command)}\n{done.stdout}{done.stderr}"
    return done


def kubectl(*arguments: str) -> str:
    """What kubectl prints."""
    return run("kubectl", *arguments).stdout


def push_images(tag: str) -> None:
    """Build both images and push them; another tag is another image."""
    for kind in KINDS:
        push_image(f"erlang-docker-{kind}", f"Dockerfile.{kind}", ".", tag)


def push_image(name: str, dockerfile: str, context: str, tag: str) -> None:
    """Build an image and push it; the label makes it another one with each tag."""
    image = f"{os.environ['REGISTRY']}/{name}:{tag}"
    run("docker", "build", "--quiet", "-f", dockerfile, "--label", f"tag={tag}", "-t", image, context)
    run("docker", "push", "--quiet", image)


def machine() -> str:
    """The address of a machine, where NodePorts answer."""
    path = '{.items[0].status.addresses[?(@.type=="InternalIP")].address}'
    return kubectl("get", "nodes", "-o", f"jsonpath={path}")


@contextmanager
def restricted_namespace(name: str) -> Iterator[str]:
    """A namespace that Pod Security holds to `restricted`; volumes of it that are left are deleted too."""
    kubectl("create", "namespace", name)
    kubectl("label", "namespace", name, "pod-security.kubernetes.io/enforce=restricted")
    try:
        yield name
    finally:
        path = f'jsonpath={{.items[?(@.spec.claimRef.namespace=="{name}")].metadata.name}}'
        volumes = kubectl("get", "persistentvolume", "-o", path).split()
        kubectl("delete", "namespace", name)
        if volumes:
            kubectl("delete", "persistentvolume", "--ignore-not-found", *volumes)  # a class may delete them itself


@dataclass(frozen=True, slots=True)
class Doors:
    """`host:port` of the NodePorts; empty for one that is closed."""

    http: str
    ws: str
    grpc: str
    grpcs: str


@dataclass(frozen=True, slots=True)
class Pod:
    """A pod as Kubernetes sees it."""

    name: str
    uid: str
    machine: str
    restarts: int
    ready: bool
    since: str
    """When `ready` last changed."""

    @classmethod
    def parse(cls, item: Mapping[str, Any]) -> "Pod":
        status = item["status"]
        conditions = {condition["type"]: condition for condition in status.get("conditions", ())}
        ready = conditions.get("Ready", {"status": "False", "lastTransitionTime": ""})
        return cls(
            item["metadata"]["name"],
            item["metadata"]["uid"],
            item["spec"].get("nodeName", ""),
            sum(container["restartCount"] for container in status.get("containerStatuses", ())),
            ready["status"] == "True" and "deletionTimestamp" not in item["metadata"],
            ready["lastTransitionTime"],
        )


@dataclass(frozen=True, slots=True)
class Release:
    """A release of the chart."""

    name: str
    namespace: str
    helm: str = "helm"

    def upgrade(self, tag: str, values: Mapping[str, Any] | None = None) -> None:
        """Install it, or bring it to another tag, and wait until it is ready."""
        given = {"image": {"registry": os.environ["REGISTRY"], "tag": tag}, **(values or {})}
        command = [self.helm, "upgrade", "--install", self.name, str(CHART), "-n", self.namespace, "--wait"]
        done = subprocess.run(
            [*command, "--timeout", TIMEOUT, "--values", "-"],
            input=json.dumps(given),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr

    def rollback(self) -> None:
        """Back to the revision before."""
        run(self.helm, "rollback", self.name, "-n", self.namespace, "--wait", "--timeout", TIMEOUT)

    def test(self) -> subprocess.CompletedProcess[str]:
        """`helm test`, whatever it says."""
        return run(self.helm, "test", self.name, "-n", self.namespace, "--logs", "--timeout", TIMEOUT, check=False)

    def uninstall(self) -> None:
        """Take it away; its volumes stay."""
        run(self.helm, "uninstall", self.name, "-n", self.namespace, "--wait", "--timeout", TIMEOUT)

    @property
    def prefix(self) -> str:
        """What its objects' names begin with."""
        return self.name if "erlang-docker" in self.name else f"{self.name}-erlang-docker"

    def kubectl(self, *arguments: str) -> str:
        """kubectl in its namespace."""
        return kubectl("-n", self.namespace, *arguments)

    def pod(self, kind: str, ordinal: int) -> str:
        """The name of a pod."""
        return f"{self.prefix}-{kind}-sfs-{ordinal}"

    def pods(self, kind: str) -> dict[str, Pod]:
        """Its pods of a kind by name."""
        selector = f"app.kubernetes.io/instance={self.name},app.kubernetes.io/component=node-{kind}"
        items = json.loads(self.kubectl("get", "pods", "--selector", selector, "--output", "json"))["items"]
        return {pod.name: pod for pod in map(Pod.parse, items)}

    def log(self, pod: str, previous: bool = False) -> list[dict[str, Any]]:
        """What a pod has logged, or its container before the last restart: JSON, one object a line."""
        lines = self.kubectl("logs", pod, f"--previous={previous}").splitlines()
        stray = [line for line in lines if not line.startswith("{")]
        assert stray == [], f"{pod} has printed what is not JSON"
        return [json.loads(line) for line in lines]

    def doors(self) -> "Doors":
        """Where its nodes of kind a are reached from outside."""
        ports = "{range .spec.ports[*]}{.name}={.nodePort} {end}"
        listed = self.kubectl("get", "service", f"{self.prefix}-a-svc", "--output", f"jsonpath={ports}")
        chosen, host = dict(port.split("=") for port in listed.split()), machine()
        return Doors(*(f"{host}:{chosen[name]}" if name in chosen else "" for name in ("http", "ws", "grpc", "grpcs")))

    def ask(self, pod: str, *words: str) -> str:
        """What a pod's own command line answers."""
        return self.kubectl("exec", pod, "--", "erlang-docker", *words).strip()

    def wait_ready(self) -> None:
        """Until all pods of both kinds are."""
        for kind in KINDS:
            self.kubectl("rollout", "status", f"statefulset/{self.prefix}-{kind}-sfs", "--timeout", TIMEOUT)

    def node(self, pod: str) -> str:
        """The name of the node in a pod."""
        kind = pod.removeprefix(f"{self.prefix}-")[0]
        return f"erlang-docker-{kind}@{pod}.{self.prefix}-{kind}-hl.{self.namespace}.svc.cluster.local"

    def names(self, kind: str) -> set[str]:
        """The names of its nodes of a kind."""
        return {self.node(self.pod(kind, ordinal)) for ordinal in range(3)}
