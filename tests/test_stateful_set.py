"""How many nodes a StatefulSet has, as the DNS tells it."""

import pytest

from erlang_docker.errors import NotSent
from erlang_docker.names import NodeName
from erlang_docker.peers.stateful_set import nodes_of

PODS = NodeName("b", "b-sfs.b-hl.games.svc.cluster.local")


@pytest.mark.parametrize(
    ("there", "found"),
    [
        ([], 0),
        ([0], 1),
        ([0, 1, 2], 3),
        ([0, 2], 3),  # one that is missing in between is to be missed
        ([3], 4),
        ([*range(30)], 30),
        ([0, 29], 1),  # and what is far off belongs to another set behind the same service
    ],
)
@pytest.mark.parametrize("families", [("10.0.0.{}",), ("fd00::{}",), ("10.0.0.{}", "fd00::{}")])
async def test_as_many_as_have_an_address(there: list[int], found: int, families: tuple[str, ...]) -> None:
    names = {f"b-sfs-{ordinal}.b-hl.games.svc.cluster.local": [ordinal] for ordinal in there}
    names["b-hl.games.svc.cluster.local"] = there

    async def resolve(host: str) -> list[str]:
        if not names.get(host):
            raise NotSent
        return [family.format(pod) for family in families for pod in names[host]]

    nodes = await nodes_of(PODS, resolve)
    assert nodes == [NodeName("b", f"b-sfs-{ordinal}.b-hl.games.svc.cluster.local") for ordinal in range(found)]
