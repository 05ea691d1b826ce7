"""The chart's dashboard, with a Prometheus in the cluster that scrapes the pods: no panel is empty."""

import asyncio
import contextlib
import json
import math
import os
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import aiohttp
import pytest

from certificates import END
from e2e.kubernetes import KINDS, ROOT, Doors, Release, kubectl, push_image, restricted_namespace, run
from e2e.test_secrets import put_certificate, switch
from erlang_docker.client import Client
from panels import COMMANDS, QUERIES, filled

pytestmark = pytest.mark.long

NAMESPACE = "erlang-e2e-monitoring"
SECONDS = 120.0


def scraped(release: Release) -> dict[str, Any]:
    """By the pods' own names, as Debian's Prometheus knows no Kubernetes; with the labels that its operator adds."""
    pods = [(kind, release.pod(kind, ordinal)) for kind in KINDS for ordinal in range(2)]
    targets = [
        {
            "targets": [f"{pod}.{release.prefix}-{kind}-hl:8081"],
            "labels": {"namespace": release.namespace, "pod": pod},
        }
        for kind, pod in pods
    ]
    return {
        "global": {"scrape_interval": "2s"},
        "scrape_configs": [{"job_name": "nodes", "static_configs": targets}],
    }


def objects(image: str, release: Release) -> Iterator[dict[str, Any]]:
    name = {"name": "prometheus"}
    # JSON is YAML.
    configuration = {"prometheus.yml": json.dumps(scraped(release))}
    yield {"apiVersion": "v1", "kind": "ConfigMap", "metadata": name, "data": configuration}
    yield {"apiVersion": "v1", "kind": "Pod", "metadata": name, "spec": pod(image)}


def pod(image: str) -> dict[str, Any]:
    return {
        "securityContext": {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}},
        "containers": [
            {
                "name": "prometheus",
                "image": image,
                "args": ["--config.file=/config/prometheus.yml", "--storage.tsdb.path=/tmp/data"],
                "readinessProbe": {"httpGet": {"path": "/-/ready", "port": 9090}, "periodSeconds": 1},
                "securityContext": {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}},
                "volumeMounts": [{"name": "config", "mountPath": "/config"}],
            }
        ],
        "volumes": [{"name": "config", "configMap": {"name": "prometheus"}}],
    }


@pytest.fixture
def watched(tags: tuple[str, str], tmp_path: Path) -> Iterator[Release]:
    """With certificates, of which a panel says when they end."""
    run(str(ROOT / "scripts/chart-tools.sh"), "prometheus")
    binaries = ROOT / ".tools/prometheus/usr/bin"
    push_image("prometheus", "tests/e2e/prometheus/Dockerfile", str(binaries), tags[0])
    with restricted_namespace(NAMESPACE) as namespace:
        release = Release("erlang-docker", namespace)
        listed = list(objects(f"{os.environ['REGISTRY']}/prometheus:{tags[0]}", release))
        (tmp_path / "objects.json").write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": listed}))
        for kind in KINDS:
            put_certificate(release, kind, END)
        switch(release, tags[0], "permissive")
        release.kubectl("apply", "-f", str(tmp_path / "objects.json"))
        release.kubectl("wait", "pod", "prometheus", "--for=condition=Ready", "--timeout=120s")
        yield release
        release.uninstall()


@asynccontextmanager
async def in_use(doors: Doors) -> AsyncIterator[None]:
    """Called in every way until it ends."""

    async def use() -> None:
        async with Client(doors.grpc) as client, aiohttp.ClientSession() as session:
            while True:
                for command in COMMANDS:
                    await client.run(command)
                async with session.ws_connect(f"http://{doors.ws}/websocket") as socket:
                    await socket.send_bytes(b"what is refused")
                    await socket.receive()
                await asyncio.sleep(0.2)

    users = asyncio.create_task(use())
    try:
        yield
    finally:
        users.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await users


def shown(query: str) -> list[float]:
    """The numbers that a panel would show now."""
    path = f"/api/v1/namespaces/{NAMESPACE}/pods/prometheus:9090/proxy/api/v1/query"
    answer = json.loads(kubectl("get", "--raw", f"{path}?query={quote(filled(query, NAMESPACE))}"))
    return [value for item in answer["data"]["result"] if math.isfinite(value := float(item["value"][1]))]


def empty(queries: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Those that show nothing yet."""
    return [(title, query) for title, query in queries if not shown(query)]


async def test_no_panel_is_empty(watched: Release) -> None:
    deadline, left = time.monotonic() + SECONDS, QUERIES
    async with in_use(watched.doors()):
        while left and time.monotonic() < deadline:
            await asyncio.sleep(2)
            left = await asyncio.to_thread(empty, left)
    assert left == []
    up = 'count(erlang_docker_build_info{namespace="$namespace"})'
    assert await asyncio.to_thread(shown, up) == [4]
