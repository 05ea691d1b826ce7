"""One call of a function: what is called, and what it inherits from whoever made it."""

import asyncio
from typing import NamedTuple, Self

from erlang_docker.trace import Trace
from erlang_docker.trace_context import TraceContext
from otp.errors import Failure
from otp.terms.read.mfa import MFA
from otp.terms.types import SYSTEM_LIMIT

CALL_SECONDS = 5.0
"""The longest a call may take; what a function calls in its turn gets what is left of it."""
MAX_HOPS = 8
"""How far a call may be from the command that began it, so that functions that call each other come to an end."""
MAX_WIDTH = 128
"""How many calls may come of one command side by side, so that calls to many inside of calls to many do too."""


class Call(NamedTuple):
    """A call on its way to where it runs."""

    mfa: MFA
    deadline: float
    """In the time of this process's event loop, seconds."""
    caller: str
    """The node that asks, or `console`."""
    hops: int = 0
    """Calls that led to this one."""
    width: int = MAX_WIDTH
    """Calls that may come of this one side by side."""
    trace: Trace | None = None
    """What is told of this call; those that its function makes in turn have their own, if any."""
    came_with: str = ""
    """The traceparent of the node that asked, or of the function's run that this call is made by."""

    @classmethod
    def begin(
        cls,
        mfa: MFA,
        caller: str,
        timeout: float = CALL_SECONDS,
        hops: int = 0,
        width: int = MAX_WIDTH,
        came_with: str = "",
    ) -> Self:
        """A call that starts now and may take `timeout` seconds."""
        deadline = asyncio.get_running_loop().time() + timeout
        return cls(mfa, deadline, caller, hops, width, came_with=came_with)

    def next(self, mfa: MFA, caller: str, timeout: float = CALL_SECONDS, beside: int = 1) -> Self:
        """A call that the function of this one makes, one of `beside` at once: one hop further, by the same deadline.

        Failure `system_limit` when it is too far from its command, or too many are side by side.
        """
        if self.hops >= MAX_HOPS or self.width < beside:
            raise Failure("error", SYSTEM_LIMIT)
        deadline = min(self.deadline, asyncio.get_running_loop().time() + timeout)
        return type(self)(mfa, deadline, caller, self.hops + 1, self.width // beside, came_with=self.traceparent)

    @property
    def traceparent(self) -> str:
        """For the node that is to run it; empty where nobody asks."""
        return self.came_with if self.trace is None else self.trace.traceparent

    @property
    def sampled(self) -> TraceContext | None:
        """The span that a run of it is within, if anybody wants a span of that."""
        return TraceContext.parse_sampled(self.came_with) if self.trace is None else self.trace.sampled

    @property
    def remaining(self) -> float:
        """Seconds until the deadline, negative after it."""
        return self.deadline - asyncio.get_running_loop().time()

    @property
    def log_fields(self) -> dict[str, str]:
        """What lines of the log say of it: module, function and, if it has one, the id of its trace."""
        named = {"module": self.mfa.module, "function": self.mfa.function}
        span = TraceContext.parse(self.came_with) if self.trace is None else self.trace.span
        return named if span is None else {**named, "trace_id": span.trace_id}
