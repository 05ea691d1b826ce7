"""What a user adds to pods, StatefulSets and claims: to both kinds, or to one."""

import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml
from render import CHART, HELMS, Object, environment, of_kind, pods, render
from values_sets import VALUES_SETS

VALUES: dict[str, Any] = VALUES_SETS["extended"]
POD: dict[str, Any] = VALUES["pod"]


def sets(values: object) -> list[Object]:
    return of_kind(render(values), "StatefulSet")


@pytest.mark.parametrize("field", ["initContainers", "dnsConfig", "runtimeClassName"])
def test_passed_through(field: str) -> None:
    assert [item["spec"]["template"]["spec"][field] for item in sets(VALUES)] == [POD[field]] * 2


@pytest.mark.parametrize("field", ["hostAliases", "schedulerName"])
def test_a_kind_of_its_own(field: str) -> None:
    a, b = (item["spec"]["template"]["spec"] for item in sets(VALUES))
    assert a[field] == POD[field]
    assert field not in b


def test_tests_are_where_nodes_are() -> None:
    tests = [item["spec"] for item in of_kind(render(VALUES), "Pod")]
    assert [item.get("schedulerName") for item in tests] == ["own", None]
    assert [item["dnsConfig"] for item in tests] == [POD["dnsConfig"]] * 2
    assert not any("initContainers" in item for item in tests)


def test_containers_come_after_the_node_s() -> None:
    a, b = ([each["name"] for each in item["spec"]["template"]["spec"]["containers"]] for item in sets(VALUES))
    assert a == ["erlang-docker-a", "more"]
    assert b == ["erlang-docker-b"]


def test_volumes() -> None:
    for item in sets(VALUES):
        pod = item["spec"]["template"]["spec"]
        names = [
            volume["name"] for volume in [*pod["volumes"], *item["spec"]["volumeClaimTemplates"]] if "name" in volume
        ]
        assert POD["extraVolumes"][0] in pod["volumes"]
        mounts = pod["containers"][0]["volumeMounts"]
        assert POD["extraVolumeMounts"][0] in mounts
        own = item["spec"]["volumeClaimTemplates"][0]["metadata"]["name"]
        assert {mount["name"] for mount in mounts} == {*names, own}


def test_a_place_for_temporary_files() -> None:
    """With a limit: what fills it is evicted, and not the machine's other pods."""
    for values, size in (({}, "64Mi"), ({"pod": {"tmpSize": "1G"}}, "1G")):
        for item in sets(values):
            pod = item["spec"]["template"]["spec"]
            assert {"name": "tmp", "emptyDir": {"sizeLimit": size}} in pod["volumes"]
            assert {"name": "tmp", "mountPath": "/tmp"} in pod["containers"][0]["volumeMounts"]
    b = sets(VALUES)[1]["spec"]["template"]["spec"]
    assert "/tmp" not in [mount["mountPath"] for mount in b["containers"][0]["volumeMounts"]]


def test_a_config_map_cannot_change_the_ports() -> None:
    """A variable of `env` goes before the same of `envFrom`, so each port is there."""
    for item in sets(VALUES):
        container = item["spec"]["template"]["spec"]["containers"][0]
        assert container["envFrom"] == POD["envFrom"]
        variables = environment(item["spec"]["template"]["spec"])
        ports = {port["name"].upper(): str(port["containerPort"]) for port in container["ports"]}
        assert {name: variables[f"{name}_PORT"] for name in ports} == ports


def test_stateful_sets() -> None:
    a, b = sets(VALUES)
    assert a["metadata"]["annotations"] == {"example/a": "1", "example/owner": "erlang"}
    assert b["metadata"]["annotations"] == {"example/a": "1", "example/b": "2", "example/owner": "erlang"}
    assert a["spec"]["updateStrategy"] == {"type": "RollingUpdate"}
    assert b["spec"]["updateStrategy"] == {"type": "RollingUpdate", "rollingUpdate": {"partition": 2}}
    assert [item["spec"]["revisionHistoryLimit"] for item in (a, b)] == [3, 3]
    assert sets({"statefulSet": {"updateStrategy": {"type": "OnDelete"}}})[0]["spec"]["updateStrategy"] == {
        "type": "OnDelete"
    }


def test_claims() -> None:
    for item in sets(VALUES):
        (claim,) = item["spec"]["volumeClaimTemplates"]
        assert claim["metadata"]["labels"] == {"backup": "daily"}
        assert claim["metadata"]["annotations"] == {"example/claim": "1"}


@pytest.mark.parametrize("values", VALUES_SETS.values(), ids=VALUES_SETS)
def test_common_labels_and_annotations(values: dict[str, Any]) -> None:
    """On every object and pod; in nothing that cannot change, and in no selector."""
    common = {"commonLabels": {"common": "yes"}, "commonAnnotations": {"example/common": "yes"}}
    objects = [item for item in render({**values, **common}) if not item["metadata"]["name"].endswith("-more")]
    for item in objects:
        assert item["metadata"]["labels"]["common"] == "yes", item["kind"]
        assert item["metadata"]["annotations"]["example/common"] == "yes", item["kind"]
        labels = item.get("spec", {}).get("template", {}).get("metadata", {}).get("labels", {"common": "yes"})
        assert labels["common"] == "yes"
        claims = yaml.safe_dump(item.get("spec", {}).get("volumeClaimTemplates", []))
        selectors = yaml.safe_dump([each for key, each in item.get("spec", {}).items() if "elector" in key])
        assert "common" not in claims + selectors, item["kind"]


def test_pull_secrets_in_both_spellings() -> None:
    names = [{"name": "shared"}, {"name": "pull"}, {"name": "own"}]
    assert [pod["imagePullSecrets"] for _, pod in pods(render(VALUES_SETS["images"]))] == [names] * 4


@pytest.mark.parametrize("by", HELMS)
def test_as_a_part_of_another_chart(tmp_path: Path, by: str) -> None:
    """Which may set some of what is global, and other things besides."""
    (tmp_path / "Chart.yaml").write_text("{apiVersion: v2, name: whole, version: 1.0.0}")
    shutil.copytree(CHART, tmp_path / "charts" / "erlang-docker")
    values = {"global": {"imagePullSecrets": ["shared"], "other": 1}, "erlang-docker": {"logLevel": "DEBUG"}}
    for _, pod in pods(render(values, chart=tmp_path, by=by)):
        assert pod["imagePullSecrets"] == [{"name": "shared"}]
