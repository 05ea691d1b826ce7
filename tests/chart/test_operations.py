"""What docs/operations.md shows fits the chart."""

import re

import pytest
import yaml
from render import ROOT, Object, render

TEXT = (ROOT / "docs/operations.md").read_text()
BLOCKS = [yaml.safe_load(block) for block in re.findall(r"^```yaml\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)]


def values(block: Object) -> Object | None:
    """Of the chart, from what names them; nothing in an object that has none."""
    if block.get("kind") == "Application":
        return dict(block["spec"]["source"]["helm"]["valuesObject"])
    if block.get("kind") == "HelmRelease":
        return dict(block["spec"]["values"])
    return None if "kind" in block else block


@pytest.mark.parametrize("block", [block for block in BLOCKS if values(block)])
def test_its_values_render(block: Object) -> None:
    objects = render(values(block))
    names = {item["metadata"]["name"] for item in objects}
    for item in objects:
        for route in item["spec"]["routes"] if item["kind"] == "IngressRoute" else ():
            assert {service["name"] for service in route["services"]} <= names


def test_the_argo_cd_application_has_no_cookie_of_its_own() -> None:
    """It would be another one at each rendering."""
    (application,) = (block for block in BLOCKS if block.get("kind") == "Application")
    assert "Secret" not in {item["kind"] for item in render(values(application))}


def test_its_alerts_are_there() -> None:
    (rule,) = (item for item in render({"prometheusRule": {"enabled": True}}) if item["kind"] == "PrometheusRule")
    alerts = {each["alert"] for group in rule["spec"]["groups"] for each in group["rules"]}
    assert set(re.findall(r"^\| `(ErlangDocker\w+)`", TEXT, re.MULTILINE)) == alerts


def test_its_claim_is_one_of_the_release() -> None:
    assert set(re.findall(r"erlang-docker-b-volume-\S+", TEXT)) == {"erlang-docker-b-volume-erlang-docker-b-sfs-1"}
    assert "erlang-docker-b-sfs" in {item["metadata"]["name"] for item in render()}


def test_links_lead_to_files() -> None:
    for page in ("operations.md", "kubernetes.md", "runbooks.md"):
        for target in re.findall(r"\]\((?!http|#)([^)#]+)", (ROOT / "docs" / page).read_text()):
            assert (ROOT / "docs" / target).exists(), (page, target)
