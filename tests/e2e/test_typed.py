"""What documents tell the readers of different pages to type, on a release as all of them have it."""

import json
import os
import re
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml

from documents import blocks, run_by
from e2e.kubernetes import KINDS, Release, restricted_namespace, run
from e2e.reader import Reader

pytestmark = pytest.mark.long

BLOCKS = run_by("tests/e2e/test_typed.py")
STEPS = {
    ("docs/tutorial/cluster.md", "Try it"): 'erlang-docker-a-sfs-1.*b-0.*b-1.*"code":0',
    ("docs/tutorial/cluster.md", "Lose a pod"): r"\{ok,blue\}",
    ("docs/kubernetes.md", "Looking at it"): "a-0.*b-1.*boot_epoch.*trace .*run",
    ("docs/logs.md", "Logs"): r"\[pod/erlang-docker-a-sfs-0/\S+\] .*\"message\": \"command\"",
    ("docs/tracing.md", "Switch it on"): "STATUS: deployed",
    ("docs/security.md", "Tokens"): r"\n[\w.~+/-]{32}.*secret/tokens created",
    ("UPGRADING.md", "A console that strangers reach"): "secret/erlang-docker-token patched",
    ("docs/chaos-hour.md", "On a cluster"): r'"delay_ms": \{"value": 400',
}
"""What is typed on one release, in this order, and what it prints."""
CHART = "charts/erlang-docker/README.md"
(EGRESS,) = blocks("docs/tracing.md", "yaml")
"""What a policy needs, and docs/chaos-hour.md has one, while there is a collector."""
SPANS = {"message": "sending spans", "to": "http://collector.observability:4317", "ratio": 0.1}
"""What docs/tracing.md leads to; a collector gets them in tests/e2e/test_tracing.py."""
INSTALL = "helm install erlang-docker charts/erlang-docker"
ADDRESS = {"status": {"loadBalancer": {"ingress": [{"ip": "192.0.2.1"}]}}}
VALUES = {
    "drainSeconds": 0,
    "accessLog": 1,
    "nodes": {kind: {"replicas": 2, "service": {"nodePorts": dict.fromkeys(("http", "ws", "grpc"))}} for kind in KINDS},
}


@contextmanager
def empty(name: str, folder: Path, **values: Any) -> Iterator[tuple[Release, Reader, Path]]:
    """A release that its reader has yet to install, and a file of values that the document leaves out."""
    file = folder / "values.json"
    file.write_text(json.dumps({**VALUES, **values}))
    with restricted_namespace(f"erlang-e2e-{name}") as namespace:
        try:
            yield Release("erlang-docker", namespace), Reader.of(namespace, folder), file
        finally:
            run("helm", "uninstall", "erlang-docker", "-n", namespace, "--wait", check=False)


def typed(document: str, heading: str, values: Path) -> str:
    """All that is to be typed under a heading, where an install has a file of values more."""
    text = "".join(block.text for block in BLOCKS[document] if block.heading == heading)
    return text.replace(INSTALL, f"{INSTALL} --values {values}")


def test_on_one_release(tags: tuple[str, str], tmp_path: Path) -> None:
    wanted = {
        "image": {"tag": tags[0]},
        "cookie": {"existingSecret": "erlang-docker-cookie"},
        "networkPolicy": {"extraEgress": yaml.safe_load(EGRESS.text)["networkPolicy"]["extraEgress"]},
    }
    with empty("typed", tmp_path, **wanted) as (release, reader, values):
        reader.type(typed(CHART, "The cookie", values))
        install = typed("README.md", "On Kubernetes", values)
        assert install == typed(CHART, "The chart erlang-docker", values)
        assert "\n'erlang-docker-b@erlang-docker-b-sfs-" in reader.type(install, REGISTRY=os.environ["REGISTRY"])
        names = {"MASTER_IP:30080": release.doors().http}
        for (document, heading), expected in STEPS.items():
            said = reader.type(typed(document, heading, values), **names)
            assert re.search(expected, said, re.DOTALL), f"{heading}: {said}"
            release.wait_ready()
            if found := re.search(r"\btrace ([0-9a-f]{32})\b", said):
                names["4bf92f3577b34da6a3ce929d0e0e4736"] = found[1]
        assert any(SPANS.items() <= line.items() for line in release.log(release.pod("a", 0)))


@contextmanager
def load_balancer(release: Release) -> Iterator[None]:
    """Gives the Service an address, as the provider of a managed cluster would; Helm waits for it."""
    service = f"service/{release.prefix}-a-svc"

    def give() -> None:
        release.kubectl("wait", "--for=create", service, "--timeout=300s")
        release.kubectl("patch", service, "--subresource=status", "--type=merge", "--patch", json.dumps(ADDRESS))

    giver = threading.Thread(target=give)
    giver.start()
    try:
        yield
    finally:
        giver.join()


def install(release: Release, reader: Reader, commands: str) -> None:
    """From images that are made here."""
    reader.type(commands, REGISTRY=os.environ["REGISTRY"], TAG=f"e2e-{secrets.token_hex(4)}")
    assert all(pod.ready for kind in KINDS for pod in release.pods(kind).values())


def test_images_of_one_s_own(tmp_path: Path) -> None:
    with empty("own", tmp_path) as (release, reader, values):
        install(release, reader, typed("docs/tutorial/cluster.md", "On a cluster that you have", values))


def test_a_managed_cluster(tmp_path: Path) -> None:
    with empty("managed", tmp_path) as (release, reader, values), load_balancer(release):
        install(release, reader, typed("docs/kubernetes.md", "A managed cluster", values))
