"""An event loop that does not turn."""

import asyncio
import time

from erlang_docker.faults.switches import Switches

FREE_SECONDS = 1.0
"""Between two stalls: time enough to see the node, and to switch it off."""
BEGIN_SECONDS = 0.05
"""In which the answer goes out to who has switched it on."""


class Stall:
    """Holds the loop for as long as the switch says, again and again."""

    def __init__(self, switches: Switches) -> None:
        self._switches = switches
        self._loop = asyncio.get_running_loop()
        self._next: asyncio.TimerHandle | None = None
        switches.watch("stall_loop_s", self._begin)

    def _begin(self) -> None:
        if self._next is not None:
            self._next.cancel()
        self._next = self._loop.call_later(BEGIN_SECONDS, self._hold)

    def _hold(self) -> None:
        seconds = self._switches.value("stall_loop_s")
        if seconds:
            time.sleep(seconds)
            self._next = self._loop.call_later(FREE_SECONDS, self._hold)
