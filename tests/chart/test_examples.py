"""The values of the examples: the chart takes them, and what they say twice is the same."""

import re
import textwrap
from typing import Any

import pytest
import yaml
from render import ROOT, Object, environment, of_kind, render

EXAMPLES = ["thumbnails", "cache", "chat"]
APP_PORT = 8000


def values(name: str) -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((ROOT / "examples" / name / "values.yaml").read_text())
    return read


def objects(name: str) -> list[Object]:
    return render(values(name), release=name)


def labels(name: str) -> list[dict[str, str]]:
    return [item["spec"]["template"]["metadata"]["labels"] for item in of_kind(objects(name), "StatefulSet")]


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_console_is_not_shown(name: str) -> None:
    for service in of_kind(objects(name), "Service"):
        shown = [port["targetPort"] for port in service["spec"]["ports"] if "nodePort" in port]
        assert service["spec"].get("type", "ClusterIP") == "ClusterIP" or shown == [APP_PORT]


@pytest.mark.parametrize("name", ["thumbnails", "chat"])
def test_its_own_port_is_that_of_nodes_of_kind_a(name: str) -> None:
    (service,) = [item["spec"] for item in of_kind(objects(name), "Service") if item["spec"].get("type") == "NodePort"]
    a, b = (pod.items() for pod in labels(name))
    assert service["selector"].items() <= a
    assert not service["selector"].items() <= b
    assert f":{service['ports'][0]['nodePort']}/" in (ROOT / "examples" / name / "README.md").read_text()


@pytest.mark.parametrize(("name", "variable"), [("cache", "CACHE_NODES"), ("chat", "CHAT_NODES")])
def test_as_many_nodes_own_something_as_there_are(name: str, variable: str) -> None:
    a, b = of_kind(objects(name), "StatefulSet")
    assert environment(a["spec"]["template"]["spec"])[variable] == str(b["spec"]["replicas"])
    assert variable not in environment(b["spec"]["template"]["spec"])


def test_the_policy_that_the_documentation_shows_is_for_the_same_pods_and_port() -> None:
    (shown,) = re.findall(r"```yaml\n(.*?)```", (ROOT / "docs/own-servers.md").read_text(), re.DOTALL)
    given = {**values("chat"), **yaml.safe_load(textwrap.dedent(shown))}
    (policy,) = of_kind(render(given, release="chat"), "NetworkPolicy")
    assert policy["spec"]["podSelector"]["matchLabels"].items() <= labels("chat")[0].items()
    assert policy["spec"]["ingress"] == [{"ports": [{"port": APP_PORT}]}]
