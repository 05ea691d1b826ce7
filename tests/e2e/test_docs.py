"""What UPGRADING.md and docs/kubernetes.md tell their readers to type, and what the chart refuses, on the cluster."""

import json
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from documents import blocks, spans
from e2e.kubernetes import CHART, ROOT, Release, kubectl, restricted_namespace, run
from e2e.reader import Reader

pytestmark = pytest.mark.long

NAMESPACE = "erlang-e2e-docs"
CHOSEN = {"service": {"nodePorts": dict.fromkeys(("http", "ws", "grpc"))}}
TWO = {"nodes": {"a": {"replicas": 3, **CHOSEN}, "b": {"replicas": 1}}}
EXPANDABLE = """
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: erlang-e2e-expandable, annotations: {defaultVolumeType: local}}
provisioner: rancher.io/local-path
allowVolumeExpansion: true
volumeBindingMode: WaitForFirstConsumer
"""
STATIC = {"mode": "static-pv", "className": "", "staticPV": {"machines": ["x", "x", "x"]}}
REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"nameOverride": "other"}, "is named by other values of nameOverride and fullnameOverride"),
    ({"fullnameOverride": "other"}, "is named by other values of nameOverride and fullnameOverride"),
    ({"fullnameOverride": "1x"}, "a Service name may only have"),
    ({"storage": {"size": "2Gi"}}, "storage: from 1073741824 bytes to 2147483648 bytes"),
    ({"storage": {"accessMode": "ReadWriteOnce"}}, "accessModes: from ReadWriteOncePod to ReadWriteOnce"),
    ({"storage": {"mode": "existing"}}, "storageClassName: from"),
    ({"storage": {"className": "other"}}, "storageClassName: from"),
    ({"storage": {"claimLabels": {"x": "y"}}}, "labels of the volume: from"),
    ({"storage": {"claimAnnotations": {"x": "y"}}}, "annotations of the volume: from"),
    ({"storage": {"className": "local-path"}}, "set storage.mode=existing to use that one"),
    ({"storage": {"className": "erlang-e2e-expandable"}}, "is there already, and not of this release"),
    ({"storage": {"className": f"erlang-docker.{NAMESPACE}", "mode": "existing"}}, "would delete it"),
    ({"storage": {"reclaimPolicy": "Delete"}}, "cannot change storage.reclaimPolicy from Retain to Delete"),
    ({"storage": STATIC}, "is of rancher.io/local-path, and storage.mode=static-pv would be of"),
    ({"storage": {**STATIC, "staticPV": {"machines": []}}}, "storage.staticPV.machines must list machines"),
    ({"storage": {**STATIC, "staticPV": {"machines": ["x"]}}}, "machines has 1 entries, but kind a may have 3 nodes"),
    ({"backup": {"enabled": True}}, "backup.claim must name a claim (PVC) for the backups"),
    ({"cookie": {"value": "short"}}, "cookie.value has a cookie of 5 bytes"),
    ({"cookie": {"value": "c" * 32, "existingSecret": "x"}}, "cookie.value and cookie.existingSecret are both set"),
    ({"cookie": {"existingSecret": "short"}}, "Secret short has 5 bytes under key cookie"),
    ({"tls": {"mode": "permissive"}}, "set tls.existingSecrets.a, or tls.certManager.enabled"),
    (
        {"tls": {"mode": "permissive", "certManager": {"enabled": True}}},
        "tls.certManager.issuerRef must name an issuer",
    ),
    ({"ingress": {"enabled": True}}, "set ingress.host"),
    ({"httpRoute": {"enabled": True}}, "httpRoute.parentRefs must name a Gateway"),
    ({"grpcRoute": {"enabled": True}}, "grpcRoute.parentRefs must name a Gateway"),
    ({"serviceMonitor": {"enabled": True}, "podMonitor": {"enabled": True}}, "counts each node twice"),
    ({"drainSeconds": 60, "pod": {"terminationGracePeriodSeconds": 30}}, "pod.terminationGracePeriodSeconds of kind a"),
    ({"nodes": {"b": {"enabled": False}}}, "nodes.b.serviceDomain must say where it answers"),
    ({"nodes": {"b": {"enabled": False, "serviceDomain": "x"}}}, "both releases must share one cookie"),
    ({"nodes": {"a": {"enabled": False}, "b": {"enabled": False}}}, "nodes.a.enabled and nodes.b.enabled are both"),
    (
        {
            "nodes": {"a": {"enabled": False, "serviceDomain": "x"}},
            "cookie": {"existingSecret": "x"},
            "ingress": {"enabled": True, "host": "x"},
        },
        "enable it where kind a is",
    ),
    ({"nodes": {"a": {"autoscaling": {"enabled": True, "minReplicas": 9}}}}, "minReplicas is more than its max"),
    (
        {"nodes": {kind: {"service": {"type": "NodePort", "nodePorts": {"http": 31999}}} for kind in ("a", "b")}},
        "nodes.a.service.nodePorts.http and nodes.b.service.nodePorts.http are both 31999",
    ),
]
SPANS = {
    "kubectl delete pvc NAME": "kubectl delete pvc erlang-docker-a-volume-erlang-docker-a-sfs-9 --ignore-not-found",
    "kubectl describe pod": "kubectl describe pod erlang-docker-a-sfs-0",
    "kubectl describe pod NAME": "kubectl describe pod erlang-docker-a-sfs-0",
    "kubectl logs": "kubectl logs erlang-docker-a-sfs-0",
    r"kubectl get secret erlang-docker-token -o go-template='{{.data.run \| base64decode}}'": (
        "kubectl get secret erlang-docker-cookie -o go-template='{{.data.cookie | base64decode}}'"
    ),
    "kubectl scale": "kubectl scale statefulset erlang-docker-b-sfs --replicas=1",
    "helm upgrade": "helm upgrade --help",
    "helm install": "helm install --help",
    "helm upgrade --install --wait": "helm upgrade --help",
    "helm upgrade --force-conflicts": "helm upgrade --help | grep -- --force-conflicts",
    "curl http://MASTER_IP:5000/v2/erlang-docker-a/tags/list": "curl -s http://localhost:5000/v2/erlang-docker-a/tags/list",
}
"""Commands of tables whose readers put names into them, or which they know already."""


@pytest.fixture
def release() -> Iterator[Release]:
    """Not yet installed; beside it a StorageClass whose volumes may grow, as far as Kubernetes knows."""
    subprocess.run(["kubectl", "apply", "-f", "-"], input=EXPANDABLE, text=True, check=True)
    try:
        with restricted_namespace(NAMESPACE) as namespace:
            release = Release("erlang-docker", namespace)
            yield release
            run("helm", "uninstall", release.name, "-n", namespace, "--wait", check=False)
    finally:
        kubectl("delete", "storageclass", "erlang-e2e-expandable")


@pytest.fixture
def reader(release: Release, tmp_path: Path) -> Reader:
    return Reader.of(release.namespace, tmp_path)


def upgrade(release: Release, values: Mapping[str, Any]) -> str:
    """What helm says of values on top of those that the release has, or nothing."""
    command = ["helm", "upgrade", release.name, str(CHART), "-n", release.namespace, "--reset-then-reuse-values"]
    done = subprocess.run(
        [*command, "--values", "-"], input=json.dumps(values), capture_output=True, text=True, check=False
    )
    return done.stderr if done.returncode else ""


def test_what_the_chart_refuses(release: Release, tags: tuple[str, str]) -> None:
    """And an upgrade that is refused changes nothing."""
    release.upgrade(tags[0], TWO)
    release.kubectl("create", "secret", "generic", "short", "--from-literal=cookie=short")
    path = "jsonpath={.items[*].metadata.generation}"
    before = release.kubectl("get", "statefulset", "-o", path)
    wrong = [(values, said, found) for values, said in REFUSED if said not in (found := upgrade(release, values))]
    assert wrong == []
    revisions = json.loads(subprocess.check_output(["helm", "history", release.name, "-n", NAMESPACE, "-o", "json"]))
    assert [revision["status"] for revision in revisions] == ["deployed"]
    assert release.kubectl("get", "statefulset", "-o", path) == before


def test_machines_stay_where_volumes_are(release: Release, tags: tuple[str, str]) -> None:
    """The volumes are made at once, whether any pod can use them or not."""
    static = Release("static", release.namespace)
    values = {"nodes": {"a": {"replicas": 2, **CHOSEN}, "b": {"replicas": 0}}}
    storage = {**STATIC, "staticPV": {"machines": ["x", "y"]}}
    command = ["helm", "install", static.name, str(CHART), "-n", static.namespace, "--values", "-"]
    given = json.dumps({**values, "storage": storage})
    subprocess.run(command, input=given, text=True, check=True, capture_output=True)
    try:
        moved = upgrade(static, {"storage": {"staticPV": {"machines": ["x", "new", "y"]}}})
        assert "storage.staticPV.machines[1] is new, but volume" in moved
        assert upgrade(static, {"storage": {"staticPV": {"machines": ["x", "y", "new"]}}}) == ""
    finally:
        static.uninstall()


def test_upgrading(release: Release, reader: Reader, tags: tuple[str, str]) -> None:
    """Each block in the order of the document, on one release."""
    expandable = {"mode": "existing", "className": "erlang-e2e-expandable"}
    release.upgrade(tags[0], {**TWO, "storage": expandable})
    for block in blocks("UPGRADING.md"):
        if not block.is_own:
            continue
        if block.heading == "Another reclaim policy":
            anew(release, tags[0])
        if block.heading == "Uninstalling":
            release.uninstall()
        reader.type(block.text, TAG=tags[1], NAMESPACE=NAMESPACE)
        if block.heading != "Uninstalling":
            release.wait_ready()
    assert (
        release.kubectl("get", "pvc,pod,secret", "-l", "app.kubernetes.io/instance=erlang-docker", "-o", "name") == ""
    )


def anew(release: Release, tag: str) -> None:
    """With a StorageClass of its own, and empty."""
    release.uninstall()
    release.kubectl("delete", "pvc", "--all")
    release.upgrade(tag, TWO)


def test_commands_of_tables(release: Release, reader: Reader, tags: tuple[str, str]) -> None:
    release.upgrade(tags[0], TWO)
    for command in spans("docs/kubernetes.md", r"(?:kubectl|helm|curl) "):
        reader.type(SPANS.get(command, command))
    for script in spans("docs/kubernetes.md", r"scripts/[\w/.-]+$"):
        assert (ROOT / script).is_file(), script
