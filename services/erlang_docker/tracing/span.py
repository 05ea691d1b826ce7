"""What a span is, and those of a command, a call, a run and an answer: made of what was kept when each ended.

They are iterators, so that a span is made when it is asked for, and not while whoever ended it is held up.
"""

import time
from collections.abc import Iterator
from typing import Literal, NamedTuple, TypeAlias

from erlang_docker.call import Call
from erlang_docker.trace import Step, Trace, clock
from erlang_docker.trace_context import TraceContext, new_span_id
from otp.terms.read.mfa import MFA

Kind: TypeAlias = Literal["internal", "client", "server"]
Attributes: TypeAlias = tuple[tuple[str, str | int], ...]

_KINDS: dict[str, Kind] = {"pick": "client", "link": "client"}
_ASKED = (("http.request.method", "POST"), ("url.path", "/node"))


class Span(NamedTuple):
    """One span, as OpenTelemetry wants it."""

    name: str
    kind: Kind
    trace_id: str
    span_id: str
    parent_id: str
    """Empty: the first of its trace."""
    start: int
    """Nanoseconds since 1970, as `end`."""
    end: int
    attributes: Attributes
    error: str
    """What it ended with, if not well; never what a function gave as its reason, which may be anybody's data."""


def of_trace(trace: Trace, name: str, kind: Kind, attributes: Attributes, ended: float, error: str) -> Iterator[Span]:
    """Of a command, or a call that a function made: its own, and those of its steps. Times are by `clock`."""
    if trace.mfa is not None:
        attributes += (("code.function.name", signature(trace.mfa)),)
    zero = _zero()
    trace_id, span_id, _ = trace.span
    times = zero + int(trace.arrived * 1e9), zero + int(ended * 1e9)
    yield Span(name, kind, trace_id, span_id, trace.parent_id, *times, attributes, error)
    for step in trace.steps or ():
        if _is_told(step):
            times = zero + int(step.start * 1e9), zero + int(step.end * 1e9)
            step_kind = _KINDS.get(step.name, "internal")
            told = step.name, step_kind, trace_id, step.span_id or new_span_id(), span_id
            yield Span(*told, *times, _attributes(step), step.error)


def of_run(
    call: Call, kind: Kind, span: TraceContext, parent_id: str, started: float, ended: float, error: str
) -> Iterator[Span]:
    """Of a function's run."""
    attributes = (("code.function.name", signature(call.mfa)), ("erlang_docker.caller", call.caller))
    zero = _zero()
    times = zero + int(started * 1e9), zero + int(ended * 1e9)
    yield Span("run", kind, span.trace_id, span.span_id, parent_id, *times, attributes, error)


def of_answer(traceparent: str, started: float, ended: float, status: int) -> Iterator[Span]:
    """Of an answer of `POST /node` to who gave this traceparent."""
    parent = TraceContext.parse_sampled(traceparent)
    if parent is None:
        return
    zero = _zero()
    times = zero + int(started * 1e9), zero + int(ended * 1e9)
    attributes = (*_ASKED, ("http.response.status_code", status))
    error = "" if status < 500 else str(status)
    yield Span("POST /node", "server", parent.trace_id, new_span_id(), parent.span_id, *times, attributes, error)


def signature(mfa: MFA) -> str:
    """`lists:seq/2`. Arguments are nobody's business."""
    return f"{mfa.module}:{mfa.function}/{len(mfa.args)}"


def _is_told(step: Step) -> bool:
    """Runs are told by where they run. A pick or link that came to nothing is what was left of a step that failed."""
    if step.name in _KINDS:
        return step.boot is not None or bool(step.error)
    return step.name != "run"


def _attributes(step: Step) -> Attributes:
    if step.name not in _KINDS:
        return ()
    attempt = ("erlang_docker.attempt", step.attempt)
    if step.boot is None:
        return (attempt,)
    return attempt, ("erlang_docker.peer", step.boot.node), ("erlang_docker.peer.boot_id", step.boot.boot_id)


def _zero() -> int:
    """When the clock of traces began, in nanoseconds since 1970: asked each time, as the time of day may be set."""
    return time.time_ns() - int(clock() * 1e9)
