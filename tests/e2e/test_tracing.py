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
SECONDS = 60
PORTS = {"otlp": 4317, "page": 16686, "page-grpc": 16685}
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
    """A collector, and Jaeger behind it."""
    configs = {
        "collector": jaeger.collector("0.0.0.0:4317", "jaeger:4317"),
        "jaeger": jaeger.backend("0.0.0.0:4317", "0.0.0.0:16686", "0.0.0.0:16685"),
    }
    yield {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "configs"},
        "data": {f"{name}.json": json.dumps(config) for name, config in configs.items()},
    }
    for name in configs:
        labels = {"app": name}
        ports = [{"name": port, "port": number} for port, number in PORTS.items()]
        yield {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": {"name": name},
            "spec": {"selector": labels, "ports": ports},
        }
        yield {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": name, "labels": labels},
            "spec": pod(name, image),
        }


def pod(name: str, image: str) -> dict[str, Any]:
    restricted = {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}}
    container = {
        "name": name,
        "image": image,
        "args": [f"--config=/configs/{name}.json"],
        "readinessProbe": {"tcpSocket": {"port": 4317}, "periodSeconds": 1},
        "securityContext": {**restricted, "readOnlyRootFilesystem": True},
        "volumeMounts": [{"name": "configs", "mountPath": "/configs"}],
    }
    return {
        "securityContext": {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}},
        "containers": [container],
        "volumes": [{"name": "configs", "configMap": {"name": "configs"}}],
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
        release.kubectl("wait", "pod", "collector", "jaeger", "--for=condition=Ready", "--timeout=120s")
        release.upgrade(tags[0], VALUES)
        yield release
        release.uninstall()


def tree(release: Release, trace_id: str, size: int) -> str:
    """What Jaeger's page has of a trace, once it is so many spans."""
    path = f"/api/v1/namespaces/{release.namespace}/services/jaeger:page/proxy/api/traces/{trace_id}"
    deadline = time.monotonic() + SECONDS
    while True:
        answer = run("kubectl", "get", "--raw", path, check=False)
        traces = jaeger.found(answer.stdout) if answer.returncode == 0 else []
        if jaeger.size(traces) >= size:
            return jaeger.tree(traces[0])
        assert time.monotonic() < deadline, f"{jaeger.size(traces)} of {size} spans: {answer.stderr}"
        time.sleep(1)


def test_a_call_is_one_tree_over_two_pods(traced: Release) -> None:
    back = f"rpc rpc:call('{traced.node(traced.pod('a', 0))}',lists,seq,[1,3])"
    for command, expected in ((CALL, RPC), (back, CALLED_BACK)):
        told = traced.ask(traced.pod("a", 0), "trace", command)
        trace_id = told.partition("trace ")[2].partition("\n")[0]
        assert tree(traced, trace_id, expected.count("\n")) == expected
