"""What one command tells of its way: which nodes were tried, who answered, and where the time went.

Recorded only for who asks: a call carries a Trace or None, and whoever has finished a step says so to it. A command
does one thing after another, so the time since the last step that was finished is that of the next.
"""

import re
import secrets
import time
from dataclasses import dataclass
from typing import NamedTuple

from erlang_docker.errors import CallError

STEPS = ("queue", "parse", "pick", "link", "run", "print", "wait")
"""Before its turn came; reading; picks; to the node and back, with opening the link; the function; printing; between
attempts."""
_TRACEPARENT = re.compile(r"[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(?:-.*)?")

clock = time.perf_counter


class Boot(NamedTuple):
    """A node and which boot of it, as others know them."""

    node: str
    boot_id: str
    epoch: int = 0
    """0 if not known."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try to have a node run the call; no boot when no pick was answered, no error when the node answered."""

    boot: Boot | None
    error: CallError | None
    seconds: float


def trace_id_of(traceparent: str) -> str | None:
    """Of W3C Trace Context; None of what is none."""
    # Any version: what is added by later ones comes behind (section 4.3).
    match = None if traceparent.startswith("ff") else _TRACEPARENT.fullmatch(traceparent)
    return match[1] if match else None


class Trace:
    """Of one command. Every method may be called in any order: a command can end at any step."""

    def __init__(self, traceparent: str = "", arrived: float | None = None) -> None:
        """`traceparent`: W3C Trace Context; what is none begins a trace. `arrived`: of the command, by `clock`."""
        self.trace_id = trace_id_of(traceparent) or secrets.token_hex(16)
        self.seconds = dict.fromkeys(STEPS, 0.0)
        self.run_is_known = True
        """Whether the node that ran the call has said how long it took; else that time is in `link`."""
        self.answered: Boot | None = None
        """The other node that ran the call."""
        self._failed: list[Attempt] = []
        self._picked: Boot | None = None
        self._mark = self._began = clock() if arrived is None else arrived

    @property
    def traceparent(self) -> str:
        """For whom this command calls."""
        return f"00-{self.trace_id}-{secrets.token_hex(8)}-01"

    @property
    def attempts(self) -> list[Attempt]:
        """All that there were, in their order."""
        if self.answered is None:
            return self._failed
        return [*self._failed, Attempt(self.answered, None, self._last_seconds)]

    def lap(self, step: str) -> None:
        """What was done since the last lap was this."""
        now = clock()
        self.seconds[step] += now - self._mark
        self._mark = now

    def begin_attempt(self) -> None:
        """A node is looked for, after whatever pause."""
        self.lap("wait" if self._failed else "pick")
        self._began, self._picked = self._mark, None

    def picked(self, node: str, boot_id: str) -> None:
        """It is to take the call."""
        self.lap("pick")
        self._picked = Boot(node, boot_id)

    def ran(self, boot: Boot, run_us: int | None) -> None:
        """An answer came; the function took so many microseconds, None if the node does not say."""
        self.lap("link")
        self.answered, self.run_is_known = boot, run_us is not None
        self._last_seconds = self._mark - self._began
        # Not more than was measured here: two machines' clocks need not run alike.
        run = min((run_us or 0) / 1e6, self.seconds["link"])
        self.seconds["link"] -= run
        self.seconds["run"] += run

    def failed(self, error: CallError) -> None:
        """The attempt, for this reason."""
        self.lap("pick" if self._picked is None else "link")
        self._failed.append(Attempt(self.answered or self._picked, error, self._mark - self._began))
        self.answered = None
