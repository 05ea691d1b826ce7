"""What is waited for while a release has a fault, and what its load has seen of it."""

import asyncio
import time
from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import TypeVar

from e2e.kubernetes import Pod, Release
from e2e.load import Load
from otp.terms.read.reader import parse_term
from otp.terms.types import Atom, Map

T = TypeVar("T")
SOON = 30.0
START_SECONDS = 120.0


async def until(condition: Callable[[], T | None], what: str, seconds: float = SOON) -> T:
    """What the condition gives as soon as that is something; it may use kubectl."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if result := await asyncio.to_thread(condition):
            return result
        await asyncio.sleep(0.1)
    raise AssertionError(f"not within {seconds:.0f} s: {what}")


async def reached(seen: Load, node: str, since: float) -> float:
    """When a node was first reached after a moment."""
    return await until(lambda: seen.first_answer(node, since), f"{node} is called again")


async def replaced(release: Release, old: Pod, seen: Load) -> float:
    """Seconds from a deleted pod's successor being ready to its first answer."""

    def successor() -> Pod | None:
        pod = release.pods("b").get(old.name)
        return pod if pod is not None and pod.uid != old.uid else None

    await until(successor, f"{old.name} is made anew", START_SECONDS)
    gone = time.monotonic()
    await asyncio.to_thread(release.kubectl, "wait", "--for=condition=Ready", f"pod/{old.name}", "--timeout=120s")
    ready = time.monotonic()
    return max(0.0, await reached(seen, release.node(old.name), gone) - ready)


async def logged(release: Release, message: str) -> None:
    """Wait until every node of kind a has."""

    def all_have() -> bool:
        return all(any(line["message"] == message for line in release.log(pod)) for pod in release.pods("a"))

    await until(all_have, f"every a node logs {message}")


def first_of(seen: Load, nodes: Iterable[str], since: float) -> float | None:
    """When the first of these nodes was reached after a moment, if one was."""
    return min((moment for node in nodes if (moment := seen.first_answer(node, since))), default=None)


def longest_gap(seen: Load, since: float) -> float:
    """The longest time without any answer."""
    moments = sorted(moment for answers in seen.answered.values() for moment in answers if moment > since)
    return max((after - before for before, after in pairwise([since, *moments])), default=0.0)


def route(release: Release, caller: str, node: str) -> str:
    """What a pod's node dialed for its link to a node; nothing without one."""
    peers = parse_term(release.ask(caller, "mfa", "erlang_docker:peers()"))
    assert isinstance(peers, list)
    routes = [peer[Atom("route")] for peer in peers if isinstance(peer, Map) and peer[Atom("name")] == node]
    return str(routes[0]) if routes else ""
