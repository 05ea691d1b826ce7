"""The ways to the nodes of a release: Services, Ingress and Gateway."""

import pytest
from render import environment, of_kind, pods, render
from values_sets import VALUES_SETS


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
