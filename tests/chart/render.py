"""Rendering the chart with the helm that scripts/chart-tools.sh built."""

import json
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
CHART = ROOT / "charts" / "erlang-docker"
HELMS = ("helm3", "helm4")
KUBERNETES = [f"1.{minor}.0" for minor in range(29, 36)]
Object = dict[str, Any]


def helm(*arguments: str, by: str = "helm4", values: object = None) -> subprocess.CompletedProcess[str]:
    """Run helm; values go to its standard input."""
    given = ["--values", "-"] if values else []
    command = [str(ROOT / ".tools" / by / "helm"), *arguments, *given]
    return subprocess.run(command, input=json.dumps(values), capture_output=True, text=True, check=False, timeout=60)


def template(
    values: object = None,
    *,
    release: str = "erlang-docker",
    namespace: str = "default",
    kubernetes: str = KUBERNETES[-1],
    by: str = "helm4",
    chart: Path = CHART,
    api: str = "",
) -> subprocess.CompletedProcess[str]:
    """`helm template`; with the address of an API server, with what `lookup` finds there."""
    place = ["--namespace", namespace, "--kube-version", kubernetes]
    place += ["--dry-run=server", "--kube-apiserver", api] if api else []
    return helm("template", release, str(chart), *place, by=by, values=values)


def render(values: object = None, **place: Any) -> list[Object]:
    """The objects a release would have."""
    rendered = template(values, **place)
    assert rendered.returncode == 0, rendered.stderr
    return [item for item in yaml.safe_load_all(rendered.stdout) if item]


def refusal(values: object, **place: Any) -> str:
    """What helm says of values it does not take."""
    rendered = template(values, **place)
    assert rendered.returncode != 0
    return rendered.stderr


def of_kind(objects: list[Object], *kinds: str) -> list[Object]:
    """Those of some kinds, or all, in the order of their names."""
    found = (item for item in objects if not kinds or item["kind"] in kinds)
    return sorted(found, key=lambda item: (item["metadata"]["name"], item["kind"]))


def pods(objects: list[Object]) -> Iterator[tuple[str, Object]]:
    """The specification of every pod a release would have, tests too, with the name of what makes it."""
    for item in objects:
        if item["kind"] == "Pod":
            yield item["metadata"]["name"], item["spec"]
        elif item["kind"] == "CronJob":
            yield item["metadata"]["name"], item["spec"]["jobTemplate"]["spec"]["template"]["spec"]
        elif "template" in item.get("spec", {}):
            yield item["metadata"]["name"], item["spec"]["template"]["spec"]


def environment(pod: Object) -> Mapping[str, str]:
    """The variables of a node that have a plain value."""
    return {entry["name"]: entry["value"] for entry in pod["containers"][0]["env"] if "value" in entry}
