"""Keeps a node running: starts it, and starts it again when it dies, later each time while it keeps dying."""

import asyncio
import logging
import time
from contextlib import suppress

from erlang_docker.errors import NotSent
from erlang_docker.local.events import Event, Report, Source
from erlang_docker.local.plan import Plan
from erlang_docker.local.processes import how_it_ended, lines_of, start_process, stop_process
from erlang_docker.local.running_node import RunningNode
from erlang_docker.peers.pick import Picker
from erlang_docker.peers.resolve import Resolver

FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 30.0
STEADY_SECONDS = 10.0
"""A node that ran so long is no longer one that cannot start: its next pause is the first again."""
POLL_SECONDS = 0.05


class Keeper:
    """Of one node, for as long as the cluster runs."""

    def __init__(self, node: RunningNode, plan: Plan, report: Report, resolver: Resolver) -> None:
        self._node = node
        self._plan = plan
        self._report = report
        self._resolver = resolver
        self._pause_seconds = 0.0
        self._last_words = ""

    async def run(self) -> None:
        """Until it is cancelled; the node is stopped then."""
        while True:
            await self._node.wanted.wait()
            self._node.started = time.monotonic()
            try:
                ended = await self._run_once()
            except Exception as error:
                # Nobody waits for this task before the cluster ends: what is not said here is never heard of.
                ended = f"cannot be started, {error!r}"
            await self._pause(ended)

    async def _run_once(self) -> str:
        """How it ended."""
        node = self._node
        node.now.clear()
        node.down.clear()
        process = await start_process(node.plan.module, self._plan.environ(node.plan))
        node.process, node.paused, node.stopping, node.ended = process, False, False, ""
        node.starts += 1
        self._last_words = ""
        watch = asyncio.create_task(self._watch())
        try:
            await asyncio.gather(self._listen(process.stdout, Source.LOG), self._listen(process.stderr, Source.ERRORS))
            return how_it_ended(await process.wait())
        finally:
            node.ready.clear()
            watch.cancel()
            await stop_process(process)

    async def _listen(self, stream: asyncio.StreamReader | None, source: Source) -> None:
        assert stream is not None
        async for line in lines_of(stream):
            if source is Source.ERRORS:
                self._last_words = line
            self._tell(line, source)

    async def _watch(self) -> None:
        """A node is ready once it lets itself be picked."""
        node, loop = self._node, asyncio.get_running_loop()
        kind = node.plan.name.kind
        with Picker({kind: node.plan.http}, self._resolver, logging.getLogger(__name__)) as picker:
            while not node.ready.is_set():
                await asyncio.sleep(POLL_SECONDS)
                with suppress(NotSent):
                    await picker.pick(kind, loop.time() + 1.0)
                    node.ready.set()
        self._tell("is ready")

    async def _pause(self, ended: str) -> None:
        """Before the next start, unless it was asked for."""
        node = self._node
        node.ended = f"{ended}: {self._last_words}" if self._last_words else ended
        if node.now.is_set():
            return
        node.down.set()
        if not node.wanted.is_set():
            self._tell("is stopped")
            return
        self._pause_seconds = next_pause(self._pause_seconds, node.seconds_up())
        node.next_start = time.monotonic() + self._pause_seconds
        restart = f"restart {max(1, node.starts)}, next in {self._pause_seconds:.0f} s"
        self._tell(f"{ended}, {restart}" + (f": {self._last_words}" if self._last_words else ""))
        with suppress(TimeoutError):
            await asyncio.wait_for(node.now.wait(), self._pause_seconds)

    def _tell(self, text: str, source: Source = Source.CLUSTER) -> None:
        self._report(Event(self._node.plan.label, text, source))


def next_pause(last: float, ran: float) -> float:
    """Seconds until the next start, after those before the last one, 0 for none, and those that the node ran."""
    if ran >= STEADY_SECONDS or not last:
        return FIRST_PAUSE_SECONDS
    return min(2 * last, LONGEST_PAUSE_SECONDS)
