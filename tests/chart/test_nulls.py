"""A null takes a default away: each is refused by its name, or does what is written down."""

import re
from collections.abc import Iterator

import kubernetes_validate
import pytest
import yaml
from render import CHART, HELMS, KUBERNETES, Object, refusal, render, template

# Where null says something: the cluster chooses, or a field of an object of Kubernetes is left out.
NULLABLE = re.compile(
    r"nodes\.[ab]\.(replicas|service\.nodePorts\.\w+)"
    r"|pod\.terminationGracePeriodSeconds"
    r"|pod\.(resources|securityContext|podSecurityContext|lifecycle|probes\.\w+)\..+"
    r"|statefulSet\.updateStrategy\..+"
    r"|dashboard\.labels\..+"
)


def paths(values: Object, above: str = "") -> Iterator[str]:
    for key, value in values.items():
        yield f"{above}{key}"
        if isinstance(value, dict):
            yield from paths(value, f"{above}{key}.")


def nulls(names: list[str]) -> Object:
    values: Object = {}
    for name in names:
        *above, last = name.split(".")
        below = values
        for key in above:
            below = below.setdefault(key, {})
        below[last] = None
    return values


NAMES = list(paths(yaml.safe_load((CHART / "values.yaml").read_text())))
REQUIRED = [name for name in NAMES if not NULLABLE.fullmatch(name)]


@pytest.mark.parametrize("by", HELMS)
@pytest.mark.parametrize("depth", range(4))
def test_refused_by_name(depth: int, by: str) -> None:
    names = [name for name in REQUIRED if name.count(".") == depth]
    said = refusal(nulls(names), by=by)
    missing = {
        f"{where}/{key}".strip("/").replace("/", ".")
        for where, keys in re.findall(r"- at '(.*)': missing propert(?:y|ies) (.*)", said)
        for key in re.findall(r"'(\w+)'", keys)
    }
    assert missing == set(names)


@pytest.mark.parametrize("by", HELMS)
@pytest.mark.parametrize("name", ["nodes.b.pod.resources", "pod.annotations.x", "nodes.b.pod.affinity.podAffinity"])
def test_refused_where_there_is_no_default(name: str, by: str) -> None:
    assert f"at '/{name.replace('.', '/')}': got null" in refusal(nulls([name]), by=by)


@pytest.mark.parametrize("by", HELMS)
@pytest.mark.parametrize("deep", [True, False], ids=["fields", "objects"])
def test_taken(deep: bool, by: str) -> None:
    """All of them at once: the innermost, then the outermost."""
    # A seccompProfile without its type is no Kubernetes object.
    taken = [name for name in NAMES if NULLABLE.fullmatch(name) and not name.endswith("seccompProfile.type")]
    if deep:
        names = [name for name in taken if not any(other.startswith(f"{name}.") for other in taken)]
    else:
        names = [name for name in taken if name.rpartition(".")[0] not in taken]
    assert not re.search("nil|null|%!", template(nulls(names), by=by).stdout)
    for item in render(nulls(names), by=by):
        kubernetes_validate.validate(item, KUBERNETES[-1], strict=True)
