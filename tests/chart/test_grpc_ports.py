"""TLS has a port of its own, which each object agrees on."""

import pytest
from render import Object, environment, of_kind, render
from values_sets import GATEWAY, TLS

PORTS = {
    "disable": {"grpc": 50051},
    "permissive": {"grpc": 50051, "grpcs": 50052},
    "strict": {"grpcs": 50052},
}


def release(mode: str, **more: object) -> list[Object]:
    return render({"tls": {**TLS, "mode": mode}, **more})


def grpc_ports(listed: list[Object], number: str) -> dict[str, int]:
    return {port["name"]: port[number] for port in listed if port["name"].startswith("grpc")}


@pytest.mark.parametrize("mode", PORTS)
def test_the_ports_of_pods_and_services(mode: str) -> None:
    objects = release(mode)
    for item in of_kind(objects, "StatefulSet"):
        (container,) = item["spec"]["template"]["spec"]["containers"]
        assert grpc_ports(container["ports"], "containerPort") == PORTS[mode]
        environ = environment({"containers": [container]})
        assert (environ["GRPC_PORT"], environ["GRPCS_PORT"], environ["TLS_MODE"]) == ("50051", "50052", mode)
        mounted = {mount["name"] for mount in container["volumeMounts"]}
        assert ("tls" in mounted, "TLS_DIR" in environ) == (mode != "disable",) * 2
    for item in of_kind(objects, "Service"):
        assert grpc_ports(item["spec"]["ports"], "port") == PORTS[mode]
        assert all(port["targetPort"] == port["name"] for port in item["spec"]["ports"])


@pytest.mark.parametrize("mode", PORTS)
def test_the_tests_use_tls_where_it_is(mode: str) -> None:
    for item in of_kind(release(mode), "Pod"):
        (container,) = item["spec"]["containers"]
        (grpc,) = (each for each in container["args"] if each.startswith("--grpc="))
        assert grpc.endswith(f":{max(PORTS[mode].values())}")
        assert [each["name"] for each in container.get("env", ())] == ([] if mode == "disable" else ["TLS_DIR"])


@pytest.mark.parametrize("mode", PORTS)
def test_backups_are_made_by_tls_where_it_is(mode: str) -> None:
    (item,) = of_kind(release(mode, backup={"enabled": True, "claim": "backups"}), "CronJob")
    pod = item["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    mounted = {mount["name"] for mount in container["volumeMounts"]}
    found = ("tls" in mounted, "TLS_DIR" in environment(pod), any(each["name"] == "tls" for each in pod["volumes"]))
    assert found == (mode != "disable",) * 3


def test_only_what_is_plaintext_says_what_it_speaks() -> None:
    """A load balancer would ask a port that is marked as https, and have no certificate to show."""
    ports = of_kind(release("permissive"), "Service")[1]["spec"]["ports"]
    assert {port["name"]: port.get("appProtocol") for port in ports} == {
        "http": "http",
        "ws": "http",
        "grpc": "kubernetes.io/h2c",
        "grpcs": None,
    }


@pytest.mark.parametrize("mode", PORTS)
def test_a_policy_lets_both_in_while_the_mode_changes(mode: str) -> None:
    for item in of_kind(release(mode, networkPolicy={"enabled": True}), "NetworkPolicy"):
        rules = [*item["spec"]["ingress"], *item["spec"]["egress"]]
        ports = [{port["port"] for port in rule["ports"]} for rule in rules]
        assert sum({"grpc", "grpcs"} <= each for each in ports) >= 2
        assert all(("grpc" in each) is ("grpcs" in each) for each in ports)


def test_a_gateway_speaks_plaintext() -> None:
    (route,) = of_kind(release("permissive", console={"open": True}, grpcRoute=GATEWAY), "GRPCRoute")
    assert route["spec"]["rules"][0]["backendRefs"][0]["port"] == 50051


def test_certificates_have_the_names_that_nodes_ask_for() -> None:
    """The hosts that are dialed, and the Service, by which a caller is known as a node."""
    tls = {"mode": "strict", "certManager": {"enabled": True, "issuerRef": {"name": "ca"}}}
    objects = render({"tls": tls}, namespace="games")
    for kind, item in zip("ab", of_kind(objects, "Certificate"), strict=True):
        names = item["spec"]["dnsNames"]
        assert f"*.erlang-docker-{kind}-hl.games.svc.cluster.local" in names
        pod = of_kind(objects, "StatefulSet")[0]["spec"]["template"]["spec"]
        service = environment(pod)[f"{kind.upper()}_SERVICE_DOMAIN"].partition(":")[0]
        assert service in names
        assert {"server auth", "client auth"} <= set(item["spec"]["usages"])
