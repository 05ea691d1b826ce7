"""Every pod, tests too, is one that the strictest profile of Kubernetes lets in."""

from copy import deepcopy
from typing import Any

import pytest
from pod_security import violations
from render import of_kind, pods, render
from values_sets import VALUES_SETS


@pytest.mark.parametrize("values", VALUES_SETS.values(), ids=VALUES_SETS)
def test_restricted(values: object) -> None:
    objects = render(values)
    found = {name: list(violations(pod)) for name, pod in pods(objects)}
    assert found == {name: [] for name in found}
    assert len(found) == 2 * len(of_kind(objects, "StatefulSet")) + len(of_kind(objects, "CronJob")) > 0


@pytest.mark.parametrize("values", VALUES_SETS.values(), ids=VALUES_SETS)
def test_and_besides(values: object) -> None:
    """No token, a root that is read-only, no user a machine may have, and a limit of memory."""
    for name, pod in pods(render(values)):
        assert pod["automountServiceAccountToken"] is False, name
        assert pod["enableServiceLinks"] is False, name
        assert min(pod["securityContext"][key] for key in ("runAsUser", "runAsGroup")) > 10000, name
        for container in pod["containers"]:
            assert container["securityContext"]["readOnlyRootFilesystem"] is True, name
            assert "memory" in container["resources"]["limits"], name


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"hostNetwork": True}, "hostNetwork"),
        ({"volumes": [{"name": "x", "hostPath": {"path": "/"}}]}, "volume x"),
        ({"securityContext": {}}, "runAsNonRoot"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_planted_fault_of_a_pod_is_found(change: dict[str, Any], said: str) -> None:
    _, pod = next(pods(render()))
    assert said in " ".join(violations({**pod, **change}))


@pytest.mark.parametrize("field", ["allowPrivilegeEscalation", "capabilities"])
def test_a_planted_fault_of_a_container_is_found(field: str) -> None:
    _, pod = next(pods(render()))
    pod = deepcopy(pod)
    del pod["containers"][0]["securityContext"][field]
    assert [found.partition(": ")[2] for found in violations(pod)] == [field]
