"""Alerts and the dashboard ask for what a node counts."""

import json
import re

from render import CHART, of_kind, render
from values_sets import VALUES_SETS

from erlang_docker.metrics import Metrics

NAME = re.compile(r"\b(?:erlang_docker|process)_\w+")


def exported() -> set[str]:
    """Names of series, whether or not anything was counted yet."""
    families = Metrics().registry.collect()
    suffixes = {"counter": ("_total",), "histogram": ("_count", "_sum", "_bucket"), "gauge": ("",)}
    return {family.name + suffix for family in families for suffix in suffixes[family.type]}


def test_alerts() -> None:
    (rule,) = of_kind(render(VALUES_SETS["watched"]), "PrometheusRule")
    asked = {
        name for group in rule["spec"]["groups"] for alert in group["rules"] for name in NAME.findall(alert["expr"])
    }
    assert len(asked) == 4
    assert asked <= exported()


def test_dashboard() -> None:
    dashboard = json.loads((CHART / "dashboards" / "erlang-docker.json").read_text())
    asked = {name for panel in dashboard["panels"] for name in NAME.findall(panel["targets"][0]["expr"])}
    assert len(asked) == len(dashboard["panels"])
    assert asked <= exported()


def test_what_is_read_is_there() -> None:
    objects = render(VALUES_SETS["watched"])
    (monitor,) = of_kind(objects, "ServiceMonitor")
    wanted = monitor["spec"]["selector"]["matchLabels"].items()
    services = [item for item in of_kind(objects, "Service") if wanted <= item["metadata"]["labels"].items()]
    ports = [{port["name"] for port in item["spec"]["ports"]} for item in services]
    assert len(services) == 2
    assert all(monitor["spec"]["endpoints"][0]["port"] in names for names in ports)


def test_a_pod_monitor_finds_nodes_and_no_tests() -> None:
    objects = render(VALUES_SETS["watched-by-pod"])
    (monitor,) = of_kind(objects, "PodMonitor")
    assert monitor["metadata"]["labels"]["release"] == "prometheus"
    labels = monitor["spec"]["selector"]["matchLabels"]
    (wanted,) = monitor["spec"]["selector"]["matchExpressions"]
    nodes = [item["spec"]["template"] for item in of_kind(objects, "StatefulSet")]
    found = [
        item["metadata"]["labels"][wanted["key"]] in wanted["values"]
        and labels.items() <= item["metadata"]["labels"].items()
        for item in [*nodes, *of_kind(objects, "Pod")]
    ]
    assert found == [True, True, False, False]
    ports = {port["name"] for node in nodes for port in node["spec"]["containers"][0]["ports"]}
    assert {each["port"] for each in monitor["spec"]["podMetricsEndpoints"]} <= ports
