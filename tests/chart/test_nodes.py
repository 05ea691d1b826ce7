"""The nodes of a release: their StatefulSets, pods and volumes."""

from pathlib import Path

import pytest
from render import environment, of_kind, pods, render
from values_sets import VALUES_SETS

from erlang_docker.names import NodeName
from erlang_docker.settings import Settings


def test_a_node_takes_its_environment(tmp_path: Path) -> None:
    """What the chart sets is what the node reads."""
    cookie = tmp_path / "cookie"
    cookie.write_text("c" * 32)
    for item in of_kind(render({"clusterDomain": "example.org"}), "StatefulSet"):
        kind, sfs = item["spec"]["template"]["spec"]["containers"][0]["name"][-1], item["metadata"]["name"]
        variables = environment(item["spec"]["template"]["spec"])
        host = variables["ERLANG_HOST_NAME"].replace("$(POD_NAME)", f"{sfs}-0").replace("$(NAMESPACE)", "default")
        settings = Settings.from_environ(kind, {**variables, "ERLANG_HOST_NAME": host, "COOKIE_FILE": str(cookie)})
        assert settings.name == NodeName(kind, f"{sfs}-0.erlang-docker-{kind}-hl.default.svc.example.org")
        assert {str(address) for address in settings.services.values()} == {
            f"erlang-docker-{of}-svc.default.svc.example.org:8080" for of in "ab"
        }
        assert settings.cluster_id == "default/erlang-docker"


@pytest.mark.parametrize(
    ("storage", "most"),
    [
        ({}, 512 << 20),
        ({"size": "10Gi"}, 5 << 30),
        ({"size": "10Gi", "storeSize": "300Mi"}, 300 << 20),
        *(
            ({"storeSize": size}, most)
            for size, most in [
                ("2G", 2 * 10**9),
                ("1.5Gi", 3 << 29),
                ("500k", 500_000),
                ("64Ki", 64 << 10),
                ("3M", 3_000_000),
                ("1e9", 10**9),
                ("1E3", 1000),
                ("1T", 10**12),
                ("2Pi", 2 << 50),
                ("1E", 10**18),
                ("1073741824", 1 << 30),
                (1073741824, 1 << 30),
                (".5Ki", 512),
            ]
        ),
    ],
)
def test_a_store_leaves_room_on_its_volume(storage: dict[str, object], most: int) -> None:
    sets = of_kind(render({"storage": storage}), "StatefulSet")
    assert environment(sets[0]["spec"]["template"]["spec"])["STORE_MAX_BYTES"] == str(most)


def test_spans_are_made_where_a_collector_is_named() -> None:
    """As a node's own settings read it, in both kinds alike."""
    for values, settings in ((None, ("", 1.0)), (VALUES_SETS["traced"], ("http://collector.tracing:4317", 0.05))):
        for kind, item in zip("ab", of_kind(render(values), "StatefulSet"), strict=True):
            environ = environment(item["spec"]["template"]["spec"])
            found = Settings.from_environ(kind, {**environ, "ERLANG_HOST_NAME": "x.y"})
            assert (found.otlp_endpoint, found.sample_ratio) == settings


def test_images() -> None:
    images = {pod["containers"][0]["image"] for _, pod in pods(render(VALUES_SETS["images"]))}
    digest = "sha256:" + "0" * 64
    assert images == {"registry.example/erlang-docker-a:2", f"registry.example/erlang-docker-b@{digest}"}


def test_a_kind_of_its_own() -> None:
    """What `nodes.b.pod` says goes over what `pod` says, key by key."""
    a, b = (item["spec"]["template"]["spec"] for item in of_kind(render(VALUES_SETS["pod"]), "StatefulSet"))
    assert environment(a)["HTTP_PROXY"] == "http://proxy.example"
    assert environment(b)["HTTP_PROXY"] == ""
    assert a["containers"][0]["resources"]["limits"] == {"memory": "768Mi"}
    assert b["containers"][0]["resources"]["limits"] == {"memory": "1Gi"}
    assert b["containers"][0]["resources"]["requests"] == a["containers"][0]["resources"]["requests"]


@pytest.mark.parametrize(("drain", "grace"), [(5, 30), (0, 25), (60, 85), (1.5, 27)])
def test_a_pod_may_stop_for_as_long_as_its_node_drains(drain: float, grace: int) -> None:
    pod = {"drainSeconds": drain, "nodes": {"b": {"pod": {"terminationGracePeriodSeconds": 300}}}}
    found = [item["spec"]["template"]["spec"] for item in of_kind(render(pod), "StatefulSet")]
    assert [item["terminationGracePeriodSeconds"] for item in found] == [grace, 300]


def test_replicas_can_be_left_to_others() -> None:
    sets = of_kind(render(VALUES_SETS["scaled-by-others"]), "StatefulSet")
    assert all("replicas" not in item["spec"] for item in sets)


def test_a_kind_may_be_in_another_release() -> None:
    objects = render(VALUES_SETS["one-kind"])
    (nodes,) = of_kind(objects, "StatefulSet")
    variables = environment(nodes["spec"]["template"]["spec"])
    assert nodes["metadata"]["name"] == "erlang-docker-b-sfs"
    assert variables["A_SERVICE_DOMAIN"] == "games-a-svc.games.svc.cluster.local:8080"
    assert variables["B_SERVICE_DOMAIN"] == "erlang-docker-b-svc.default.svc.cluster.local:8080"
    assert not [item for item in objects if item["metadata"]["name"].startswith("erlang-docker-a")]


def test_static_volumes_are_bound_to_their_claims() -> None:
    objects = render(VALUES_SETS["static-pv"], namespace="games")
    claims = {
        f"{item['spec']['volumeClaimTemplates'][0]['metadata']['name']}-{item['metadata']['name']}-{ordinal}"
        for item in of_kind(objects, "StatefulSet")
        for ordinal in range(item["spec"]["replicas"])
    }
    volumes = of_kind(objects, "PersistentVolume")
    assert {volume["spec"]["claimRef"]["name"] for volume in volumes} == claims
    assert len(volumes) == 6
    assert {volume["spec"]["persistentVolumeReclaimPolicy"] for volume in volumes} == {"Retain"}
