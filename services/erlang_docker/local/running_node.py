"""What is known of one node's process, and what can be done to it."""

import asyncio
import signal
import time
from asyncio.subprocess import Process
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum

from erlang_docker.local.plan import NodePlan


class State(Enum):
    """Where a node is in its life, as the one who keeps it running sees it."""

    STARTING = "starting"
    READY = "ready"
    PAUSED = "paused"
    STOPPING = "stopping"
    STOPPED = "stopped"
    DEAD = "dead"


def _wanted() -> asyncio.Event:
    event = asyncio.Event()
    event.set()
    return event


@dataclass(slots=True)
class RunningNode:
    """One node: its process, if there is one, and how often it was started.

    `ready` says that services send it connections, `wanted` that it is to run, `now` that it is to be started without
    a pause once it has ended, `down` that it has ended and was not to be started at once.
    """

    plan: NodePlan
    ready: asyncio.Event = field(default_factory=asyncio.Event)
    wanted: asyncio.Event = field(default_factory=_wanted)
    now: asyncio.Event = field(default_factory=asyncio.Event)
    down: asyncio.Event = field(default_factory=asyncio.Event)
    process: Process | None = None
    starts: int = 0
    started: float = 0.0
    """When, in `time.monotonic()`."""
    paused: bool = False
    stopping: bool = False
    ended: str = ""
    """How its last process ended, and what it wrote last that is no line of the log."""
    next_start: float = 0.0
    """In `time.monotonic()`, while it is dead."""

    @property
    def is_alive(self) -> bool:
        return self.process is not None and self.process.returncode is None

    @property
    def state(self) -> State:
        if not self.is_alive:
            begun = State.DEAD if self.ended else State.STARTING
            return begun if self.wanted.is_set() else State.STOPPED
        if self.stopping:
            return State.STOPPING
        if self.paused:
            return State.PAUSED
        return State.READY if self.ready.is_set() else State.STARTING

    def kill(self) -> None:
        """End it as a machine that loses power would; its keeper starts it again."""
        self._signal(signal.SIGKILL)

    def stop(self) -> None:
        """Have it stop in order and stay down."""
        self.wanted.clear()
        self._terminate()

    def restart(self) -> None:
        """Have it stop in order, if it runs, and start at once."""
        self.wanted.set()
        self.now.set()
        self.down.clear()
        self._terminate()

    def pause(self) -> None:
        """Freeze it, or let it go on."""
        self.paused = self.is_alive and not self.paused
        self._signal(signal.SIGSTOP if self.paused else signal.SIGCONT)

    def seconds_up(self) -> float:
        """Since its process was started."""
        return time.monotonic() - self.started

    def leave(self) -> None:
        """It is about to stop: services send it nobody from here on, and what it has it answers."""
        self.ready.clear()
        self.stopping, self.paused = self.is_alive, False

    def _terminate(self) -> None:
        self.leave()
        self._signal(signal.SIGTERM)
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        if self.process is not None and self.process.returncode is None:
            with suppress(ProcessLookupError):
                self.process.send_signal(number)
