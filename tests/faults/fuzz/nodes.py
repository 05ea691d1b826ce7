"""Two nodes in processes of their own, and what is wrong in what they say."""

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

from erlang_docker.local.balancer import serve_balancer
from erlang_docker.local.plan import Plan
from faults.processes import NodeProcess, started


@asynccontextmanager
async def two_processes(plan: Plan) -> AsyncIterator[tuple[NodeProcess, NodeProcess]]:
    """A node of each kind, alone behind its service, when both are ready."""
    plan.prepare()
    async with (
        started(plan) as a,
        started(plan, plan.nodes[-1]) as b,
        serve_balancer(lambda: [a.plan.http], plan.services["a"]),
        serve_balancer(lambda: [b.plan.http], plan.services["b"]),
    ):
        await a.until(200)
        await b.until(200)
        yield a, b


def errors(node: NodeProcess) -> Iterator[str]:
    """What its log must not have from a stranger's bytes, in short, and whatever there is no line of its log."""
    for text in node.said().splitlines(keepends=True):
        if text.startswith("{") and not text.endswith("\n"):
            return  # it is still written
        line = json.loads(text) if text.startswith("{") else {"level": "ERROR", "message": text.rstrip()}
        exception = line.get("exception", "").splitlines()
        if line["level"] in ("ERROR", "CRITICAL") or exception:
            at = [where.strip() for where in exception if "/services/" in where]
            yield " | ".join((line["message"], *at[-1:], *exception[-1:]))
