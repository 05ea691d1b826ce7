"""Monitors find what they are to read. Alerts and the dashboard have tests of their own."""

from render import of_kind, render
from values_sets import VALUES_SETS


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
