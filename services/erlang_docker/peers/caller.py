"""Calls to other nodes: pick, link, call, and what may be tried again."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

from erlang_docker.call import Call
from erlang_docker.errors import Busy, CallError, CallTimeout, NotPicked, NotSent, UnknownNode, WrongNode
from erlang_docker.link.link import Link
from erlang_docker.metrics.families import Children
from erlang_docker.metrics.node import Metrics
from erlang_docker.names import NodeName
from erlang_docker.peers.answer import Pick
from erlang_docker.peers.backoff import Backoff
from erlang_docker.peers.links import Links
from erlang_docker.peers.pick import Picker
from erlang_docker.trace import Trace
from otp.terms.types import Term

MORE_PICKS = 6
"""While they lead to a node that has failed the call already."""

Reach = Callable[[float], Awaitable[Link]]
"""The link to a node that may take the call; NotSent when it cannot be had by the time given."""
T = TypeVar("T")


class Caller:
    """Calls a function on another node and answers with its value.

    Raises Failure as the function did, and CallError when the call itself failed. A call is made again only while
    nothing ran, or when the function is idempotent.
    """

    def __init__(self, peer_kind: str, picker: Picker, links: Links, metrics: Metrics, log: logging.Logger) -> None:
        self.links = links
        self._peer_kind = peer_kind
        self._picker = picker
        self._metrics = metrics
        self._picks = Children(metrics.picks)
        self._log = log

    async def call_peer(self, call: Call, idempotent: bool) -> Term:
        """On a node of the other kind, which the cluster picks; one that is full is passed over."""
        tried: set[str] = set()
        return await self._call(
            lambda give_up: self._reach_peer(tried, give_up, call.trace), call, idempotent, (CallTimeout,), "pick"
        )

    async def call_node(self, node: NodeName, call: Call, idempotent: bool) -> Term:
        """On exactly this node, whichever boot of it is there."""
        final = (CallTimeout, Busy, UnknownNode)
        return await self._call(lambda give_up: _in_time(self.links.to_node(node), give_up), call, idempotent, final)

    async def call_pick(self, pick: Pick, call: Call, idempotent: bool) -> Term:
        """On exactly the boot that was picked; WrongNode when another has taken its place."""
        final = (CallTimeout, Busy, WrongNode)
        return await self._call(lambda give_up: self._reach_pick(pick, give_up), call, idempotent, final)

    async def pick(self, deadline: float) -> Pick:
        """A node of the other kind, for more than one call; NotSent when none answers in time."""
        backoff = Backoff(deadline)
        while True:
            try:
                return await self._pick(backoff.give_up)
            except NotSent as error:
                await self._pause(backoff, error, {"function": "pick"})

    async def pick_kept(self, count: int, deadline: float) -> list[Pick]:
        """Who answers for the other kind so many times on one connection; NotSent when one answer is not a node's."""
        answers = await self._picker.pick_kept(self._peer_kind, count, deadline)
        picks = [answer for answer in answers if isinstance(answer, Pick)]
        if len(picks) < count:
            raise NotSent(f"{count - len(picks)} of {count} answers are no node's")
        return picks

    async def ping(self, node: NodeName) -> bool:
        """Whether a link to this node stands or can be made."""
        try:
            await self.links.to_node(node)
        except CallError:
            return False
        return True

    async def _pick(self, give_up: float, trace: Trace | None = None) -> Pick:
        traceparent = "" if trace is None else trace.pick_traceparent
        try:
            pick = await self._picker.pick(self._peer_kind, give_up, traceparent)
        except NotPicked as error:
            self._metrics.pick_failures.labels(error.why).inc()
            raise
        self._picks[(str(pick.node),)].inc()
        return pick

    async def _reach_pick(self, pick: Pick, give_up: float) -> Link:
        link = self.links.standing(pick)
        return await _in_time(self.links.to_pick(pick), give_up) if link is None else link

    async def _reach_peer(self, tried: set[str], give_up: float, trace: Trace | None) -> Link:
        """The link to a picked node. A boot that has failed this call is passed over, unless it seems the only one."""
        pick = await self._pick(give_up, trace)
        for _ in range(MORE_PICKS):
            if pick.boot_id not in tried:
                break
            pick = await self._pick(give_up, trace)
        # Before it is tried, so that whatever it fails with, the next try looks for another.
        tried.add(pick.boot_id)
        if trace is not None:
            trace.picked(str(pick.node), pick.boot_id)
        return await self._reach_pick(pick, give_up)

    async def _call(
        self, reach: Reach, call: Call, idempotent: bool, final: tuple[type[CallError], ...], first: str = "link"
    ) -> Term:
        """Try until the call is answered. What raises one of `final` is not tried again.

        `first`: the step with which an attempt begins, for the trace.
        """
        self._metrics.calls_made.inc()
        backoff = Backoff(call.deadline)
        while True:
            link: Link | None = None
            if call.trace is not None:
                call.trace.begin_attempt(first)
            try:
                # Two deadlines: reaching a node may take 1.5 s and may be tried again, as nothing was sent yet; the
                # call itself has what is left of its own, and from there on may have run.
                link = await reach(backoff.give_up)
                return await link.call(call)
            except CallError as error:
                if call.trace is not None:
                    call.trace.failed(error)
                did_not_run = isinstance(error, NotSent | Busy)
                may_repeat = did_not_run or idempotent or (link is not None and link.idempotent(call.mfa))
                if isinstance(error, final) or not may_repeat:
                    raise
                if not did_not_run:  # it may have taken long to notice; the search for another node starts over
                    backoff.start_over()
                peer = {} if link is None else {"peer": str(link.node)}
                await self._pause(backoff, error, {**call.log_fields, **peer})

    async def _pause(self, backoff: Backoff, error: CallError, what: dict[str, str]) -> None:
        """Wait before the next try; raises the error of the last one when the time is up."""
        backoff.forgive()
        reason = type(error).__name__
        fields = {"fields": {**what, "reason": reason, "error": str(error)}}
        if backoff.exhausted:
            self._log.warning("call given up", extra=fields)
            raise error
        self._metrics.repicks.labels(reason).inc()
        self._log.info("call tried again", extra=fields)
        await backoff.wait()


async def _in_time(work: Awaitable[T], give_up: float) -> T:
    try:
        async with asyncio.timeout_at(give_up):
            return await work
    except TimeoutError as error:
        raise NotSent("no node took the call in time") from error
