"""A call over two pods is one tree, at an OpenTelemetry collector and Jaeger in the cluster."""

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import jaeger
from e2e.kubernetes import ROOT, Release, push_image, restricted_namespace, run
from traced import CALL, CALLED_BACK, RPC

pytestmark = pytest.mark.long

NAMESPACE = "erlang-e2e-tracing"
SECONDS, SENT_SECONDS = 90, 20
PORTS = {"otlp": 4317, "page": 16686}
CONFIGS = {
    "jaeger": jaeger.backend("127.0.0.1:14317", "0.0.0.0:16686", "127.0.0.1:16685"),
    "collector": jaeger.collector("0.0.0.0:4317", "127.0.0.1:14317"),
}
VALUES = {
    "tracing": {"endpoint": "http://collector:4317", "sampleRatio": 1},
    "networkPolicy": {
        "enabled": True,
        "extraEgress": [{"to": [{"podSelector": {"matchLabels": {"app": "collector"}}}], "ports": [{"port": 4317}]}],
    },
    "nodes": {
        "a": {"replicas": 1, "service": {"nodePorts": dict.fromkeys(("http", "ws", "grpc"))}},
        "b": {"replicas": 1},
    },
}


def objects(image: str) -> Iterator[dict[str, Any]]:
    """A collector, and Jaeger behind it in the same pod."""
    labels = {"app": "collector"}
    yield {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "configs"},
        "data": {f"{name}.json": json.dumps(config) for name, config in CONFIGS.items()},
    }
    ports = [{"name": name, "port": port} for name, port in PORTS.items()]
    yield {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "collector"},
        "spec": {"selector": labels, "ports": ports},
    }
    metadata = {"name": "collector", "labels": labels}
    yield {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": pod(image)}


def pod(image: str) -> dict[str, Any]:
    return {
        "securityContext": {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}},
        "containers": [container(name, image) for name in CONFIGS],
        "volumes": [{"name": "configs", "configMap": {"name": "configs"}}],
    }


def container(name: str, image: str) -> dict[str, Any]:
    restricted = {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}}
    return {
        "name": name,
        "image": image,
        "args": [f"--config=/configs/{name}.json"],
        "readinessProbe": {"tcpSocket": {"port": PORTS["page" if name == "jaeger" else "otlp"]}, "periodSeconds": 1},
        "securityContext": {**restricted, "readOnlyRootFilesystem": True},
        "volumeMounts": [{"name": "configs", "mountPath": "/configs"}],
    }


@pytest.fixture(scope="module")
def traced(tags: tuple[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Release]:
    run(str(ROOT / "scripts/tracing-tools.sh"))
    push_image("jaeger", "tests/e2e/jaeger/Dockerfile", str(jaeger.JAEGER.parent), tags[0])
    listed: list[Any] = list(objects(f"{os.environ['REGISTRY']}/jaeger:{tags[0]}"))
    file: Path = tmp_path_factory.mktemp("jaeger") / "objects.json"
    file.write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": listed}))
    with restricted_namespace(NAMESPACE) as namespace:
        release = Release("erlang-docker", namespace)
        release.kubectl("apply", "-f", str(file))
        release.kubectl("wait", "pod", "collector", "--for=condition=Ready", "--timeout=120s")
        release.upgrade(tags[0], VALUES)
        yield release
        release.uninstall()


def tree(release: Release, command: str, size: int) -> str:
    """What Jaeger's page has of a command's trace, once it is so many spans.

    Asked again if they do not come: a pod that is new may reach the collector only when its policy is everywhere, and
    what could not be sent for 10 s is lost.
    """
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        told = release.ask(release.pod("a", 0), "trace", command)
        trace_id = told.partition("trace ")[2].partition("\n")[0]
        traces = found(release, trace_id, size)
        if traces:
            return jaeger.tree(traces[0])
    raise AssertionError(
        f"no trace of {size} spans: {release.kubectl('logs', 'collector', '--container', 'collector')}"
    )


def found(release: Release, trace_id: str, size: int) -> list[jaeger.Trace]:
    """The trace, or none after a while."""
    path = f"/api/v1/namespaces/{release.namespace}/services/collector:page/proxy/api/traces/{trace_id}"
    deadline = time.monotonic() + SENT_SECONDS
    while time.monotonic() < deadline:
        answer = run("kubectl", "get", "--raw", path, check=False)
        traces = jaeger.found(answer.stdout) if answer.returncode == 0 else []
        if jaeger.size(traces) >= size:
            return traces
        time.sleep(1)
    return []


def test_a_call_is_one_tree_over_two_pods(traced: Release) -> None:
    back = f"rpc rpc:call('{traced.node(traced.pod('a', 0))}',lists,seq,[1,3])"
    for command, expected in ((CALL, RPC), (back, CALLED_BACK)):
        assert tree(traced, command, expected.count("\n")) == expected
