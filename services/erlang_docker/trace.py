"""What one command or call tells of its way: which nodes were tried, who answered, and where the time went.

Recorded only for who asks: a call carries a Trace or None, and whoever has finished a step says so to it. A command
does one thing after another, so the time since the last step that was finished is that of the next.
"""

import time
from dataclasses import dataclass
from typing import NamedTuple

from erlang_docker.errors import CallError
from erlang_docker.trace_context import TraceContext, new_span_id
from otp.terms.read.mfa import MFA

STEPS = ("queue", "parse", "pick", "link", "run", "print", "wait")
"""Before its turn came; reading; picks; to the node and back, with opening the link; the function; printing; between
attempts."""
CANCELLED = "cancelled"
"""What a call ended with that nobody waited for any more."""

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


@dataclass(slots=True)
class Step:
    """One stretch of a step, which becomes a span. Times are by `clock`."""

    name: str
    span_id: str
    """Empty: nobody has been told of it."""
    start: float
    end: float
    attempt: int
    """From 1 on; 0 before the first."""
    boot: Boot | None = None
    """That was picked, or has answered."""
    error: str = ""
    """What it ended with, if not well."""


class Trace:
    """Of one command or call. Every method may be called in any order: a command can end at any step."""

    def __init__(
        self,
        span: TraceContext | None = None,
        parent_id: str = "",
        arrived: float | None = None,
        recorded: bool = False,
    ) -> None:
        """`span`: of all of it, None begins a trace; `recorded`: whether each step is a span too.

        `arrived`: when the command did, by `clock`.
        """
        self.span = span or TraceContext.begin()
        self.parent_id = parent_id
        """Of the span that this one is within; empty: it is the first of its trace."""
        self.mfa: MFA | None = None
        """What is called, once it is known."""
        self.steps: list[Step] | None = [] if recorded else None
        """In their order; None: nobody makes spans of them."""
        self.seconds = dict.fromkeys(STEPS, 0.0)
        self.run_is_known = True
        """Whether the node that ran the call has said how long it took; else that time is in `link`."""
        self.answered: Boot | None = None
        """The other node that ran the call."""
        self._failed: list[Attempt] = []
        self._picked: Boot | None = None
        self._under_way = "run"
        self._attempt = 0
        self._span_ids: dict[str, str] = {}
        self.arrived = self._mark = self._began = clock() if arrived is None else arrived

    @property
    def trace_id(self) -> str:
        """32 hexadecimal digits."""
        return self.span.trace_id

    @property
    def traceparent(self) -> str:
        """For the node that is called: from within the step `link`, or from whatever it is within where no span is made
        of that."""
        return (self.sampled or self.span).traceparent

    @property
    def sampled(self) -> TraceContext | None:
        """The span that the run is within; None where no spans are made."""
        return None if self.steps is None else self._within("link")

    @property
    def pick_traceparent(self) -> str:
        """For the node that is picked; empty where it need not know, so that its answer costs no more than always."""
        return "" if self.steps is None else self._within("pick").traceparent

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
        steps = self.steps
        if steps is not None:
            if steps and steps[-1].name == step:  # more of it
                steps[-1].end = now
            else:
                steps.append(Step(step, self._span_ids.get(step, ""), self._mark, now, self._attempt))
        self._mark = now

    def begin_attempt(self, step: str) -> None:
        """A node is looked for, after whatever pause: by a `pick`, or it is known and its `link` is."""
        self._under_way = step
        if self.steps is not None:
            self._attempt += 1
            # Now, because others are told of these spans before they end.
            self._span_ids = {"pick": new_span_id(), "link": new_span_id()}
        self.lap("wait" if self._failed else step)
        self._began, self._picked = self._mark, None

    def picked(self, node: str, boot_id: str) -> None:
        """It is to take the call."""
        self.lap("pick")
        self._under_way = "link"
        self._picked = Boot(node, boot_id)
        self._tell(self._picked)

    def ran(self, boot: Boot, run_us: int | None) -> None:
        """An answer came; the function took so many microseconds, None if the node does not say."""
        self.lap("link")
        self._tell(boot)
        self.answered, self.run_is_known = boot, run_us is not None
        self._last_seconds = self._mark - self._began
        # Not more than was measured here: two machines' clocks need not run alike.
        run = min((run_us or 0) / 1e6, self.seconds["link"])
        self.seconds["link"] -= run
        self.seconds["run"] += run

    def failed(self, error: CallError) -> None:
        """The attempt, for this reason."""
        self.lap(self._under_way)
        boot = self.answered or self._picked
        self._tell(boot, error.reason)
        self._failed.append(Attempt(boot, error, self._mark - self._began))
        self.answered = None

    def abandon(self) -> None:
        """Whoever waited does no more: the step that is under way ends here."""
        self.lap(self._under_way)
        self._tell(self._picked, CANCELLED)

    def _within(self, step: str) -> TraceContext:
        """The span of a step of this attempt."""
        return TraceContext(self.trace_id, self._span_ids.get(step, self.span.span_id), sampled=True)

    def _tell(self, boot: Boot | None, error: str = "") -> None:
        if self.steps:
            self.steps[-1].boot, self.steps[-1].error = boot, error
