"""What a release is made of."""

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import kubernetes_validate
import pytest
from render import CHART, HELMS, KUBERNETES, environment, helm, of_kind, pods, render, template
from values_sets import VALUES_SETS

from erlang_docker.names import NodeName
from erlang_docker.settings import Settings

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


def test_hosts_of_the_front_are_allowed_origins() -> None:
    sets = of_kind(render(VALUES_SETS["front"] | {"allowedOrigins": ["https://more.example"]}), "StatefulSet")
    origins = environment(sets[0]["spec"]["template"]["spec"])["ALLOWED_ORIGINS"]
    assert origins == "https://more.example,http://erlang.example,https://erlang.example"


def test_hosts_with_a_wildcard() -> None:
    """Where Kubernetes takes them; they are no origins, which a node compares as they are."""
    host = "*.example.org"
    gateway = {"enabled": True, "parentRefs": [{"name": "x"}], "hostnames": [host]}
    ingress = {"enabled": True, "host": host, "tlsSecret": "front"}
    objects = render({"console": {"open": True}, "ingress": ingress, "httpRoute": gateway, "grpcRoute": gateway})
    (front,) = of_kind(objects, "Ingress")
    assert front["spec"]["rules"][0]["host"] == host
    assert front["spec"]["tls"] == [{"hosts": [host], "secretName": "front"}]
    assert {tuple(item["spec"]["hostnames"]) for item in of_kind(objects, "HTTPRoute", "GRPCRoute")} == {(host,)}
    assert environment(next(pods(objects))[1])["ALLOWED_ORIGINS"] == ""


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


@pytest.mark.parametrize(
    ("service", "address"),
    [
        ({}, "0.0.0.0"),
        ({"ipFamilyPolicy": "SingleStack"}, "0.0.0.0"),
        ({"ipFamilies": ["IPv4"]}, "0.0.0.0"),
        ({"ipFamilies": ["IPv6"]}, "::"),
        ({"ipFamilyPolicy": "PreferDualStack"}, "::"),
    ],
)
def test_nodes_listen_where_their_services_are(service: object, address: str) -> None:
    objects = render({"service": service})
    for item in of_kind(objects, "StatefulSet"):
        assert environment(item["spec"]["template"]["spec"])["LISTEN_ADDRESS"] == address
    for item in of_kind(objects, "Service"):
        assert {key: item["spec"][key] for key in ("ipFamilyPolicy", "ipFamilies") if key in item["spec"]} == service


def test_services_select_nodes_and_no_tests() -> None:
    objects = render()
    tests = [item["metadata"]["labels"] for item in of_kind(objects, "Pod")]
    nodes = [item["spec"]["template"]["metadata"]["labels"] for item in of_kind(objects, "StatefulSet")]
    for service in of_kind(objects, "Service"):
        selector = service["spec"]["selector"].items()
        assert [selector <= labels.items() for labels in nodes].count(True) == 1
        assert not any(selector <= labels.items() for labels in tests)


def test_only_headless_names_lead_to_nodes_that_are_not_ready() -> None:
    for service in of_kind(render(), "Service"):
        headless = service["metadata"]["name"].endswith("-hl")
        assert service["spec"].get("publishNotReadyAddresses", False) is headless
        assert (service["spec"].get("clusterIP") == "None") is headless


def test_node_ports() -> None:
    ports = {
        port["name"]: port.get("nodePort")
        for service in of_kind(render(), "Service")
        if service["spec"].get("type") == "NodePort"
        for port in service["spec"]["ports"]
    }
    assert ports == {"http": 30080, "ws": 30090, "grpc": 30051}
    for values in ("node-ports-chosen", "cluster-ip"):
        services = of_kind(render(VALUES_SETS[values]), "Service")
        assert not any("nodePort" in port for service in services for port in service["spec"]["ports"])


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


@pytest.fixture(scope="module")
def notes(tmp_path_factory: pytest.TempPathFactory) -> Callable[[object], str]:
    """Renders the notes: `helm template` leaves them out, so a copy of the chart has them in a ConfigMap."""
    copy = Path(shutil.copytree(CHART, tmp_path_factory.mktemp("notes") / "chart"))
    (copy / "templates" / "NOTES.txt").rename(copy / "NOTES.txt")
    body = '{kind: ConfigMap, metadata: {name: notes}, data: {text: {{ tpl (.Files.Get "NOTES.txt") . | toJson }}}}'
    (copy / "templates" / "notes.yaml").write_text(body)

    def text(values: object) -> str:
        (shown,) = (item for item in render(values, chart=copy) if item["metadata"]["name"] == "notes")
        return str(shown["data"]["text"])

    return text


@pytest.mark.parametrize("values", VALUES_SETS.values(), ids=VALUES_SETS)
def test_commands_of_the_notes_are_shell(notes: Callable[[object], str], values: object) -> None:
    commands = [
        line
        for line in notes(values).split("\n")
        if re.match(r"  (kubectl|helm|HOST=|TOKEN=|port\(|curl|echo|grpc|ssh)", line)
    ]
    assert len(commands) >= 5
    checked = subprocess.run(["sh", "-n"], input="\n".join(commands), capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr


def test_notes_say_what_survives(notes: Callable[[object], str]) -> None:
    assert "kept, and so is the cookie" in notes({})
    assert "deleted: claimRetention.whenDeleted is Delete" in notes(
        {"storage": {"claimRetention": {"whenDeleted": "Delete"}}}
    )
    assert "deleted: reclaimPolicy is Delete" in notes({"storage": {"reclaimPolicy": "Delete"}})
    assert "ssh worker2 sudo mkdir -p /var/lib/erlang-docker/default/" in notes(VALUES_SETS["static-pv"])


def test_notes_say_who_can_break_nodes(notes: Callable[[object], str]) -> None:
    assert "FAULTS" not in notes({})
    assert "every pod of the cluster can" in notes({"faultSwitches": True})
    assert "every pod of the cluster can" not in notes({"faultSwitches": True, "networkPolicy": {"enabled": True}})


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


def test_notes_say_who_may_use_the_console(notes: Callable[[object], str]) -> None:
    assert "THE CONSOLE IS OPEN" in notes({})
    assert "\n  the NodePort Service erlang-docker-a-svc\nTo want a token: --set console.token.create=true" in notes({})
    assert "\n  nothing of this release\n" in notes(VALUES_SETS["cluster-ip"])
    front = notes(VALUES_SETS["front"])
    assert all(f"\n  {way}\n" in front for way in ("ingress", "httpRoute", "grpcRoute"))
    wanted = notes(VALUES_SETS["load-balancer"])
    assert "OPEN" not in wanted
    assert "get secret tokens -o go-template='{{index .data \"all\" | base64decode}}'" in wanted
    assert '-H "authorization: Bearer $TOKEN"' in wanted
