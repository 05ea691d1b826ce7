"""Who reaches the console: tokens, ports, and that nobody opens it to strangers unawares."""

from base64 import b64decode, b64encode

import pytest
from api import PLACE, api_server, installed
from render import Object, environment, of_kind, pods, refusal, render

from erlang_docker.tokens import MIN_TOKEN_CHARACTERS

BALANCED = {"service": {"type": "LoadBalancer"}}
GATEWAY = {"enabled": True, "parentRefs": [{"name": "gateway"}]}
TOKEN = {"console": {"token": {"create": True}}}
TO_STRANGERS: list[tuple[Object, str]] = [
    ({"nodes": {"a": BALANCED}}, "nodes.a.service.type is LoadBalancer"),
    ({"nodes": {"b": BALANCED}}, "nodes.b.service.type is LoadBalancer"),
    ({"ingress": {"enabled": True, "host": "erlang.example"}}, "ingress.enabled is true"),
    ({"httpRoute": GATEWAY}, "httpRoute.enabled is true"),
    ({"grpcRoute": GATEWAY}, "grpcRoute.enabled is true"),
]


@pytest.mark.parametrize(("values", "way"), TO_STRANGERS, ids=lambda item: item if isinstance(item, str) else "")
def test_the_way_for_strangers_is_asked_about(values: Object, way: str) -> None:
    said = refusal(values)
    assert f"{way}, so strangers can reach the console and call every function, store:delete included: set" in said
    for fix in ({"console": {"open": True}}, TOKEN, {"console": {"token": {"existingSecret": "x"}}}):
        assert render({**values, **fix})


def test_a_load_balancer_to_picks_only_leads_to_no_console() -> None:
    assert render({"nodes": {"a": {"service": {"type": "LoadBalancer", "ports": {"ws": False, "grpc": False}}}}})


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (
            {"console": {"open": True, "token": {"create": True}}},
            "console.open is true, and console.token wants a token",
        ),
        (
            {"console": {"token": {"create": True, "existingSecret": "x"}}},
            "create and console.token.existingSecret are both",
        ),
        ({"console": {"token": {"readKey": "run"}}}, "console.token.runKey and console.token.readKey are the same"),
        (
            {"nodes": {"b": {"service": {"ports": {"http": False, "ws": False, "grpc": False}}}}},
            "nodes.b.service.ports are all false",
        ),
        (
            {"nodes": {"a": {"service": {"loadBalancerSourceRanges": ["192.0.2.0/24"]}}}},
            "nodes.a.service.loadBalancerSourceRanges is for type LoadBalancer, and would do nothing with NodePort",
        ),
        ({"nodes": {"b": {"service": {"loadBalancerClass": "x"}}}}, "nodes.b.service.loadBalancerClass is for type"),
        (
            {"nodes": {"b": {"service": {"externalTrafficPolicy": "Local"}}}},
            "nodes.b.service.externalTrafficPolicy is for types NodePort and LoadBalancer",
        ),
    ],
    ids=str,
)
def test_guards(values: Object, said: str) -> None:
    assert said in refusal(values)


def test_tokens_are_files_of_nodes_and_tests() -> None:
    """Never variables; nodes know where both are, tests use the one for all functions."""
    objects = render({"console": {"token": {"existingSecret": "tokens", "runKey": "all", "readKey": "some"}}})
    assert [item["metadata"]["name"] for item in of_kind(objects, "Secret")] == ["erlang-docker-cookie"]
    for name, pod in pods(objects):
        variables = environment(pod)
        assert variables["RUN_TOKEN_FILE"] == "/etc/erlang-docker/token/all"
        assert variables.get("READ_TOKEN_FILE") == (None if name.endswith("-test") else "/etc/erlang-docker/token/some")
        (volume,) = (each for each in pod["volumes"] if each["name"] == "token")
        assert volume["secret"] == {"secretName": "tokens", "defaultMode": 0o440}
        (mount,) = (each for each in pod["containers"][0]["volumeMounts"] if each["name"] == "token")
        assert mount == {"name": "token", "mountPath": "/etc/erlang-docker/token", "readOnly": True}
        assert "secretKeyRef" not in str(pod["containers"][0]["env"])


def made(objects: list[Object]) -> Object:
    (secret,) = (item for item in of_kind(objects, "Secret") if item["metadata"]["name"].endswith("-token"))
    return secret


def test_tokens_that_the_chart_makes_stay() -> None:
    before = installed(TOKEN)
    secret = made(before)
    tokens = {key: b64decode(value).decode() for key, value in secret["data"].items()}
    assert set(tokens) == {"run", "read"}
    assert all(len(token) >= MIN_TOKEN_CHARACTERS for token in tokens.values())
    assert tokens["run"] != tokens["read"]
    assert secret["metadata"]["annotations"]["helm.sh/resource-policy"] == "keep"
    with api_server(before) as address:
        assert made(render(TOKEN, api=address, by="helm3", **PLACE))["data"] == secret["data"]


@pytest.mark.parametrize("token", [None, "", "short", "two words and more"], ids=str)
def test_an_existing_secret_without_a_usable_token_is_refused(token: str | None) -> None:
    data = {} if token is None else {"run": b64encode(token.encode()).decode()}
    secret = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": "tokens", "namespace": "play"},
        "data": {"other": "eA==", **data},
    }
    values = {"console": {"token": {"existingSecret": "tokens"}}}
    with api_server([secret]) as address:
        said = refusal(values, api=address, by="helm3", **PLACE)
        assert "Secret tokens has no token under key run: at least 16 letters" in said
        assert "create secret generic tokens --from-literal=run=$(openssl rand -hex 32) --dry-run=client" in said
        secret["data"] = {"run": b64encode(b"a-token-that-is-long\n").decode()}
        assert render(values, api=address, by="helm3", **PLACE)


def services(objects: list[Object]) -> dict[str, Object]:
    found = {
        item["metadata"]["name"].removeprefix("erlang-docker-"): item["spec"] for item in of_kind(objects, "Service")
    }
    return {name: spec for name, spec in found.items() if not name.endswith("-hl")}


def ports(spec: Object) -> set[str]:
    return {port["name"] for port in spec["ports"]}


def test_ports_that_are_off_are_off_for_clients_only() -> None:
    """Nodes, tests and routes go to a second Service; with all ports on there is none."""
    assert set(services(render())) == {"a-svc", "b-svc"}
    closed: Object = {"nodes": {"a": {"service": {"ports": {"http": False, "grpc": False}}}}}
    front: Object = {"console": {"open": True}, "httpRoute": GATEWAY, "grpcRoute": GATEWAY}
    objects = render({**closed, **front, "ingress": {"enabled": True, "host": "erlang.example"}})
    found = services(objects)
    assert set(found) == {"a-svc", "a-inner", "b-svc"}
    assert (found["a-svc"]["type"], ports(found["a-svc"])) == ("NodePort", {"ws"})
    assert ("type" in found["a-inner"], ports(found["a-inner"])) == (False, {"http", "ws", "grpc"})
    assert "nodePort" not in str(found["a-inner"])
    assert found["a-inner"]["selector"] == found["a-svc"]["selector"]
    inner = "erlang-docker-a-inner.default.svc.cluster.local"
    for name, pod in pods(objects):
        if name.endswith("-sfs"):
            assert environment(pod)["A_SERVICE_DOMAIN"] == f"{inner}:8080"
    (test, _) = of_kind(objects, "Pod")
    assert [arg for arg in test["spec"]["containers"][0]["args"] if inner in arg] == [
        f"--http={inner}:8080",
        f"--ws={inner}:9090",
        f"--grpc={inner}:50051",
    ]
    for route in of_kind(objects, "Ingress", "HTTPRoute", "GRPCRoute"):
        assert "erlang-docker-a-svc" not in str(route["spec"])
        assert "erlang-docker-a-inner" in str(route["spec"])


def test_the_clients_name_is_still_one_of_the_page() -> None:
    """Nodes know the name they pick by; that of the other Service is told them."""
    objects = render({"nodes": {"a": {"service": {"ports": {"grpc": False}}}}})
    origins = {name: environment(pod)["ALLOWED_ORIGINS"] for name, pod in pods(objects) if name.endswith("-sfs")}
    host = "erlang-docker-a-svc.default.svc.cluster.local"
    assert origins == {"erlang-docker-a-sfs": f"http://{host},https://{host}", "erlang-docker-b-sfs": ""}


def test_a_load_balancer_is_told_its_own_values() -> None:
    own = {
        "externalTrafficPolicy": "Local",
        "loadBalancerClass": "example.org/own",
        "loadBalancerSourceRanges": ["192.0.2.0/24"],
    }
    found = services(render({**TOKEN, "nodes": {"a": {"service": {"type": "LoadBalancer", **own}}}}))
    assert own.items() <= found["a-svc"].items()
    assert not own.keys() & services(render())["a-svc"].keys()


def test_a_port_of_a_node_that_is_off_is_free() -> None:
    service = {"type": "NodePort", "nodePorts": {"http": 30051}}
    values: Object = {"nodes": {"a": {"service": {"ports": {"grpc": False}}}, "b": {"service": service}}}
    assert render(values)
