"""What cannot be changed of a release, and so must never change in the chart: an upgrade would be refused."""

from pathlib import Path

import yaml
from render import CHART, Object, of_kind, render

GOLDEN = Path(__file__).parent / "immutable.yaml"
FIELDS = ("serviceName", "podManagementPolicy", "selector", "volumeClaimTemplates")


def immutable(objects: list[Object]) -> Object:
    sets = {
        item["metadata"]["name"]: {key: item["spec"][key] for key in FIELDS} for item in of_kind(objects, "StatefulSet")
    }
    classes = {item["metadata"]["name"]: item for item in of_kind(objects, "StorageClass")}
    for item in classes.values():
        del item["metadata"]
    return {"StatefulSet": sets, "StorageClass": classes}


def test_what_cannot_change_is_as_it_was() -> None:
    assert immutable(render()) == yaml.safe_load(GOLDEN.read_text())


def test_the_chart_s_version_is_in_none_of_it() -> None:
    version = yaml.safe_load((CHART / "Chart.yaml").read_text())["version"]
    assert version not in yaml.safe_dump(immutable(render()))


def test_names() -> None:
    names = {f"{item['kind']}/{item['metadata']['name']}" for item in render()}
    assert names == {
        "StorageClass/erlang-docker.default",
        "Secret/erlang-docker-cookie",
        "ConfigMap/erlang-docker-log",
        "ServiceAccount/erlang-docker",
        *(
            f"{kind}-{node}{suffix}"
            for node in "ab"
            for kind, suffix in (
                ("StatefulSet/erlang-docker", "-sfs"),
                ("Service/erlang-docker", "-svc"),
                ("Service/erlang-docker", "-hl"),
                ("PodDisruptionBudget/erlang-docker", ""),
                ("Pod/erlang-docker", "-test"),
            )
        ),
    }
