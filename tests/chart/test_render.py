"""What a release is made of."""

import re
from pathlib import Path

import kubernetes_validate
import pytest
from render import CHART, HELMS, KUBERNETES, environment, helm, of_kind, pods, render, template
from values_sets import VALUES_SETS

from erlang_docker.names import NodeName

# Kinds that other projects define; no schema of Kubernetes knows them.
FOREIGN = {"Certificate", "PodMonitor", "ServiceMonitor", "PrometheusRule", "HTTPRoute", "GRPCRoute"}
LONG = "a-release-whose-name-is-just-as-long-as-helm-lets-it"


@pytest.mark.parametrize("by", HELMS)
@pytest.mark.parametrize("values", VALUES_SETS.values(), ids=VALUES_SETS)
def test_lint(values: object, by: str) -> None:
    linted = helm("lint", "--strict", "--kube-version", KUBERNETES[-1], str(CHART), by=by, values=values)
    assert linted.returncode == 0, linted.stdout


@pytest.mark.parametrize("kubernetes", KUBERNETES)
@pytest.mark.parametrize("values", VALUES_SETS.values(), ids=VALUES_SETS)
def test_kubernetes_knows_every_field(values: object, kubernetes: str) -> None:
    for item in render(values, kubernetes=kubernetes):
        if item["kind"] not in FOREIGN:
            kubernetes_validate.validate(item, kubernetes, strict=True)


@pytest.mark.parametrize("values", VALUES_SETS.values(), ids=VALUES_SETS)
def test_both_helms_make_the_same(values: dict[str, object]) -> None:
    three, four = (of_kind(render({"cookie": {"value": "c" * 32}, **values}, by=by)) for by in HELMS)
    assert three == four


def test_an_older_kubernetes_is_refused() -> None:
    assert "incompatible with Kubernetes v1.28.0" in template(kubernetes="1.28.0").stderr


@pytest.mark.parametrize("values", VALUES_SETS.values(), ids=VALUES_SETS)
def test_no_variable_is_there_twice(values: object) -> None:
    """Applied on the server, as Helm 4 does, a list with the same key twice is an error."""
    for name, pod in pods(render(values)):
        variables = [entry["name"] for entry in pod["containers"][0].get("env", [])]
        assert len(variables) == len(set(variables)), name


def test_what_looks_like_a_number_stays_a_string() -> None:
    """Names that are numbers, and `yes`, which YAML takes for true."""
    values = {
        "fullnameOverride": "yes",
        "nameOverride": "12",
        "cookie": {"existingSecret": "34", "key": "56"},
        "console": {"token": {"existingSecret": "18", "runKey": "19", "readKey": "20"}},
        "serviceAccount": {"name": "1e3"},
        "image": {"pullSecrets": ["on"], "tag": "1.0"},
        "storage": {"mode": "static-pv", "className": "78", "staticPV": {"machines": ["90"] * 3}},
        "pod": {"priorityClassName": "11"},
        "tls": {"mode": "strict", "existingSecrets": {"a": "13", "b": "0x14"}},
        "ingress": {"enabled": True, "className": "15", "host": "16", "tlsSecret": "17"},
        "serviceMonitor": {"enabled": True},
        "prometheusRule": {"enabled": True},
        "dashboard": {"enabled": True},
        "networkPolicy": {"enabled": True},
    }
    for item in render(values, release="123", namespace="456"):
        assert item["metadata"].get("namespace", "456") == "456"
        assert item["metadata"]["labels"]["app.kubernetes.io/instance"] == "123"
        if item["kind"] not in FOREIGN:
            kubernetes_validate.validate(item, KUBERNETES[-1], strict=True)


@pytest.mark.parametrize(("release", "namespace"), [(LONG + "s", "default"), (LONG, "n" * 63), ("erlang.docker", "x")])
def test_names_fit(release: str, namespace: str) -> None:
    """Names of StatefulSets: 52 characters (kubernetes/kubernetes#64023); of Services: a label of DNS."""
    objects = render(release=release, namespace=namespace)
    assert all(len(item["metadata"]["name"]) <= 52 for item in of_kind(objects, "StatefulSet"))
    for item in objects:
        limit = 253 if item["kind"] == "StorageClass" else 63
        assert len(item["metadata"]["name"]) <= limit, item["kind"]
        assert all(len(str(value)) <= 63 for value in item["metadata"]["labels"].values())
    for service in of_kind(objects, "Service"):
        assert re.fullmatch("[a-z]([-a-z0-9]*[a-z0-9])?", service["metadata"]["name"])
    for item in of_kind(objects, "Pod"):
        for argument in item["spec"]["containers"][0]["args"]:
            if argument.startswith("--node="):
                NodeName.parse(argument.removeprefix("--node="))


def test_releases_do_not_collide() -> None:
    """In one namespace, in two, and where only the last of many characters differs."""
    releases = [("x", "one"), ("y", "one"), ("x", "two"), (LONG + "s", "one"), (LONG + "t", "one"), ("x-y", "z")]
    names = [
        (item["kind"], None if item["kind"] == "StorageClass" else namespace, item["metadata"]["name"])
        for release, namespace in [*releases, ("x", "y-z"), ("a.b", "one"), ("a-b", "one")]
        for item in render(release=release, namespace=namespace)
    ]
    assert len(names) == len(set(names))


def test_the_log_s_level_is_in_no_pod_template(tmp_path: Path) -> None:
    """So that no pod is replaced when it changes; it is where the pods look for it."""
    quiet, loud = ({"logLevel": level} for level in ("WARNING", "DEBUG"))
    assert of_kind(render(quiet), "StatefulSet") == of_kind(render(loud), "StatefulSet")
    (config,) = (item for item in render(loud) if item["kind"] == "ConfigMap")
    assert config["data"] == {"level": "DEBUG"}
    for item in of_kind(render(loud), "StatefulSet"):
        pod = item["spec"]["template"]["spec"]
        (volume,) = (volume for volume in pod["volumes"] if volume.get("configMap"))
        assert volume["configMap"] == {"name": config["metadata"]["name"]}
        (mount,) = (mount for mount in pod["containers"][0]["volumeMounts"] if mount["name"] == volume["name"])
        assert environment(pod)["LOG_LEVEL_FILE"] == f"{mount['mountPath']}/level"
