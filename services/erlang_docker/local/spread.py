"""Who answers: calls to picked nodes, counted by node, as bars."""

from collections.abc import Mapping

from rich.text import Text

from erlang_docker.addresses import Address
from erlang_docker.client import Client
from erlang_docker.local.plan import Plan
from otp.terms.types import Atom, Term

COUNT = 30
FAILED = "failed"


async def spread(plan: Plan, target: Address) -> dict[str, int]:
    """Have a node make 30 calls; the label of each node of the other kind, `failed` for no answer, to how often.

    NodeError when the node does not answer.
    """
    async with Client(str(target)) as client:
        answered = await client.mfa("erlang_docker:spread", COUNT, returns=list[tuple[Term, int]])
    labels = {str(node.name): node.label for node in plan.nodes}
    return {labels.get(name, FAILED) if isinstance(name, Atom) else FAILED: count for name, count in answered}


def bars(counts: Mapping[str, int], width: int) -> list[Text]:
    """A row each, the longest as long as there is room for."""
    most = max(counts.values(), default=1)
    room = max(1, min(60, width - 16))
    return [
        Text.assemble(f"  {label:<6} ", ("█" * max(1, room * count // most), _style(label)), f" {count}")
        for label, count in sorted(counts.items())
    ]


def _style(label: str) -> str:
    return "red" if label == FAILED else "green"
