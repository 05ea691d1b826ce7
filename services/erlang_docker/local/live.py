"""The cluster in a terminal: its nodes as they are now, and keys."""

import asyncio
from contextlib import AsyncExitStack

from erlang_docker.local.background import background
from erlang_docker.local.cluster import Cluster, running
from erlang_docker.local.controls import Controls, key_row
from erlang_docker.local.events import Event
from erlang_docker.local.journal import Journal
from erlang_docker.local.plan import Plan
from erlang_docker.local.rollout import rollouts
from erlang_docker.local.terminal import Terminal
from erlang_docker.local.view import View
from erlang_docker.local.watch import Watch
from erlang_docker.signals import StopSignals

DRAW_SECONDS = 0.05
"""Between two frames, at least: many lines at once are one."""


async def run_live(plan: Plan) -> None:
    """Run until a signal arrives or a key ends it; SettingsError when a port is taken."""
    cluster, changed, done = Cluster(plan), asyncio.Event(), asyncio.Event()
    watch, journal = Watch(cluster), Journal(node.label for node in plan.nodes)
    view = View(cluster, watch, journal, key_row())

    def report(event: Event) -> None:
        journal.add(event)
        changed.set()

    rolls = rollouts(cluster, report)

    async def draw() -> None:
        while True:
            await changed.wait()
            changed.clear()
            view.problems = [roll.problem for roll in rolls]
            await terminal.draw(view.rows(*terminal.size))
            await asyncio.sleep(DRAW_SECONDS)

    async with AsyncExitStack() as stack:
        signals = stack.enter_context(StopSignals())
        controls = await stack.enter_async_context(Controls(cluster, view, changed.set, done.set))
        # Left last, so that the nodes are seen while they stop.
        terminal = stack.enter_context(Terminal(controls.press, changed.set))
        drawing = await stack.enter_async_context(background(draw()))
        await stack.enter_async_context(running(cluster, report))
        work = [watch.run(changed.set), *(roll.run() for roll in rolls), done.wait()]
        tasks = [await stack.enter_async_context(background(each)) for each in work]
        # Work that ends has failed, and this ends with what it failed with.
        await asyncio.wait([drawing, signals.first, *tasks], return_when=asyncio.FIRST_COMPLETED)
        view.notice = "stopping ..."
        changed.set()
