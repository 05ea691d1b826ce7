"""How long a call looks for a node that takes it, and when it tries again."""

import asyncio

REACH_SECONDS = 1.5
"""How long a call may look for a node that takes it."""
LATE_SECONDS = 0.1
"""A node that sees so much later that this time is up was held up itself."""
FIRST_PAUSE_SECONDS = 0.01


class Backoff:
    """The pauses between the tries of one call, each twice as long as the last, the first none."""

    def __init__(self, deadline: float) -> None:
        self._loop = asyncio.get_running_loop()
        self._deadline = deadline
        self._seconds = 0.0
        self._forgiven = False
        self.start_over()

    def start_over(self) -> None:
        """`give_up`, when the time is up in the event loop's time, begins anew; but the call's deadline stays."""
        self.give_up = min(self._deadline, self._loop.time() + REACH_SECONDS)

    def forgive(self) -> None:
        """Start over, once, when the time was up long before this process could see it: it was held up itself, and
        that says nothing about other nodes."""
        if not self._forgiven and self._loop.time() > self.give_up + LATE_SECONDS:
            self._forgiven = True
            self.start_over()

    @property
    def exhausted(self) -> bool:
        """Whether the time is up before the next try."""
        return self._loop.time() + self._seconds >= self.give_up

    async def wait(self) -> None:
        """The next pause."""
        await asyncio.sleep(self._seconds)
        self._seconds = max(FIRST_PAUSE_SECONDS, self._seconds * 2)
