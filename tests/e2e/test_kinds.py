"""Kinds that are elsewhere, asleep or scaled by others: what calls do, and what `helm test` says."""

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from documents import blocks
from e2e.kubernetes import Release, restricted_namespace
from e2e.reader import Reader
from otp.terms.read.reader import parse_term

pytestmark = pytest.mark.long

PLACES = {"a": "erlang-e2e-kind-a", "b": "erlang-e2e-kind-b"}
CHOSEN = {"service": {"nodePorts": dict.fromkeys(("http", "ws", "grpc"))}}


def spread(release: Release, kind: str, count: int) -> set[str]:
    """The nodes that the first pod of a kind reached in so many calls, none of which failed."""
    counts = parse_term(release.ask(release.pod(kind, 0), "mfa", f"erlang_docker:spread({count})"))
    assert isinstance(counts, list)
    assert sum(calls for _, calls in counts) == count
    return {str(node) for node, _ in counts}


def is_green(release: Release) -> str:
    tested = release.test()
    assert tested.returncode == 0, tested.stdout + tested.stderr
    assert "FAIL" not in tested.stdout
    return tested.stdout


def values_of(kind: str, other: str, tag: str) -> dict[str, object]:
    """Two nodes each, and policies that let only the two namespaces talk."""
    there = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": PLACES[other]}}}
    return {
        "image": {"registry": os.environ["REGISTRY"], "tag": tag},
        "nodes": {kind: {"replicas": 2, "networkPolicy": {"open": False, "from": [there]}, **CHOSEN}},
        "networkPolicy": {
            "enabled": True,
            "extraEgress": [{"to": [there], "ports": [{"port": 8080}, {"port": 50051}]}],
        },
    }


@pytest.fixture
def apart(tags: tuple[str, str], tmp_path: Path) -> Iterator[dict[str, Release]]:
    """A release of each kind in a namespace of its own, as docs/kubernetes.md makes them."""
    (install,) = (block.text for block in blocks("docs/kubernetes.md") if block.heading.startswith("Kinds in two"))
    for kind, other in ("ab", "ba"):
        (tmp_path / f"{kind}.json").write_text(json.dumps(values_of(kind, other, tags[0])))
    install = install.replace("games-", "erlang-e2e-kind-").replace("shared.yaml", f"{tmp_path}/shared.yaml")
    install = install.replace("create namespace erlang-e2e-kind-$kind", "get namespace erlang-e2e-kind-$kind")
    install = install.replace("charts/erlang-docker ", f"charts/erlang-docker --values {tmp_path}/$kind.json ")
    releases = {kind: Release("erlang-docker", place) for kind, place in PLACES.items()}
    with restricted_namespace(PLACES["a"]), restricted_namespace(PLACES["b"]):
        Reader.of("default", tmp_path).type(install)
        for kind, release in releases.items():
            release.kubectl("rollout", "status", f"statefulset/erlang-docker-{kind}-sfs", "--timeout=180s")
        yield releases
        for release in releases.values():
            release.uninstall()


def test_kinds_in_two_namespaces(apart: dict[str, Release]) -> None:
    for kind, other in ("ab", "ba"):
        there = {apart[other].node(apart[other].pod(other, ordinal)) for ordinal in range(2)}
        assert spread(apart[kind], kind, 100) == there
        for node in there:
            reply = apart[kind].ask(apart[kind].pod(kind, 0), "mfa", f"rpc:call('{node}',erlang,node,[])")
            assert reply == f"'{node}'"
    for release in apart.values():
        sys.stdout.write(is_green(release))


@pytest.fixture
def alone(tags: tuple[str, str]) -> Iterator[Release]:
    with restricted_namespace("erlang-e2e-sleep") as namespace:
        release = Release("erlang-docker", namespace)
        release.upgrade(tags[0], {"nodes": {"a": {"replicas": 2, **CHOSEN}, "b": {"replicas": 0}}})
        yield release
        release.uninstall()


def test_a_kind_that_sleeps_and_one_that_others_scale(alone: Release, tags: tuple[str, str], tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match=r"\{badrpc,nodedown\}"):  # which is a failure to the command line
        alone.ask(alone.pod("a", 0), "rpc", "erlang:node()")
    assert "kind b is asleep" in is_green(alone)
    for kind, count in (("b", 2), ("a", 3)):
        alone.kubectl("scale", f"statefulset/{alone.prefix}-{kind}-sfs", f"--replicas={count}")
    alone.wait_ready()
    assert "5 names resolve" in is_green(alone)
    alone.upgrade(tags[0], {"nodes": {"a": {"replicas": None, **CHOSEN}, "b": {"replicas": None}}})
    (autoscale,) = (block.text for block in blocks("docs/kubernetes.md") if block.heading == "Autoscaling")
    Reader.of(alone.namespace, tmp_path).type(autoscale)
    (scaler,) = json.loads(alone.kubectl("get", "horizontalpodautoscaler", "-o", "json"))["items"]
    assert scaler["spec"]["scaleTargetRef"]["name"] == f"{alone.prefix}-a-sfs"
    assert (len(alone.pods("a")), len(alone.pods("b"))) == (3, 2)
    alone.kubectl("scale", f"statefulset/{alone.prefix}-b-sfs", "--replicas=1")
    alone.kubectl("wait", "--for=delete", f"pod/{alone.pod('b', 1)}", "--timeout=120s")
    assert "4 names resolve" in is_green(alone)
