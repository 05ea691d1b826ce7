"""The spans of one node: made once a command, a call or a run has ended, of the times that were measured anyway."""

import asyncio
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Literal, NamedTuple, TypeAlias

from erlang_docker.call import Call
from erlang_docker.errors import CallError
from erlang_docker.trace import CANCELLED, Step, Trace, clock
from erlang_docker.trace_context import TraceContext, sample_bound
from otp.errors import Failure, ParseError
from otp.terms.read.mfa import MFA

Kind: TypeAlias = Literal["internal", "client", "server"]
Attributes: TypeAlias = Mapping[str, str | int]

_KINDS: dict[str, Kind] = {"pick": "client", "link": "client"}


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


Export: TypeAlias = Callable[[Iterable[Span]], None]
"""Takes the spans of what has ended, from any thread."""


class Spans:
    """Where a node's spans come together. Without `export` there are none: no trace is recorded."""

    def __init__(self, ratio: float = 0.0, export: Export | None = None) -> None:
        """`ratio`: of the commands that come without a trace, how many begin one; others do as their trace does."""
        self._bound = sample_bound(ratio)
        self._export = export

    @property
    def on(self) -> bool:
        """Whether anybody wants them."""
        return self._export is not None

    def begin(self, traceparent: str, arrived: float | None = None) -> Trace:
        """The trace of a command whose client is told its way."""
        parent = TraceContext.parse(traceparent)
        span = parent or TraceContext.begin(self._bound)
        if self._export is None or not span.sampled:
            return Trace(span, arrived=arrived)
        if parent is None:
            return Trace(span, arrived=arrived, recorded=True)
        return Trace(parent.child(), parent.span_id, arrived, recorded=True)

    def begin_sampled(self, arrived: float) -> Trace | None:
        """The trace of a command whose client is told nothing, if it is sampled."""
        span = TraceContext.begin_sampled(self._bound)
        return None if span is None else Trace(span, arrived=arrived, recorded=True)

    def end(self, trace: Trace, name: str, kind: Kind, attributes: Attributes, error: str) -> None:
        """A recorded trace has ended, now: tell its span and those of its steps."""
        if self._export is None or trace.steps is None:
            return
        end = _End(clock(), _zero(), error)
        self._export(_of_trace(trace, trace.steps, name, kind, attributes, end))

    @contextmanager
    def run(self, call: Call, kind: Kind) -> Iterator[Call]:
        """Around a function's run; gives its call, for those that the function makes to be within the run."""
        parent = TraceContext.parse_sampled(call.traceparent)
        if self._export is None or parent is None:
            yield call
            return
        span, started, error = parent.child(), clock(), ""
        try:
            yield call._replace(trace=None, came_with=span.traceparent)
        except BaseException as raised:
            error = error_type(raised)
            if error == CANCELLED and call.remaining <= 0:
                error = "timeout"
            raise
        finally:
            self._export(_of_run(call, kind, span, parent, started, _End(clock(), _zero(), error)))

    @contextmanager
    def call(self, call: Call, name: str) -> Iterator[Call]:
        """Around a call that a function makes to another node; gives the call with a trace, if it has none."""
        parent = TraceContext.parse_sampled(call.came_with) if call.trace is None else None
        if parent is None:
            yield call
            return
        trace = Trace(parent.child(), parent.span_id, recorded=True)
        trace.mfa, error = call.mfa, ""
        try:
            yield call._replace(trace=trace)
        except asyncio.CancelledError:
            trace.abandon()
            error = CANCELLED
            raise
        except (Failure, CallError) as raised:
            error = error_type(raised)
            raise
        finally:
            self.end(trace, name, "internal", {}, error)

    def answered(self, traceparent: str, started: float, status: int) -> None:
        """A pick, or whoever else asks `POST /node`."""
        parent = TraceContext.parse_sampled(traceparent)
        if self._export is None or parent is None:
            return
        end = _End(clock(), _zero(), "" if status < 500 else str(status))
        self._export(_of_answer(parent.child(), parent, started, status, end))


def error_type(error: BaseException) -> str:
    """`error`, `exit` or `throw` of a function, the reason of a call's failure, and so on: a handful of words."""
    if isinstance(error, Failure):
        return error.kind
    if isinstance(error, CallError):
        return error.reason
    if isinstance(error, ParseError):
        return "syntax"
    return CANCELLED if isinstance(error, asyncio.CancelledError) else type(error).__name__


def signature(mfa: MFA) -> str:
    """`lists:seq/2`. Arguments are nobody's business."""
    return f"{mfa.module}:{mfa.function}/{len(mfa.args)}"


class _End(NamedTuple):
    """When something ended, by the clock of traces, when that began, and how."""

    at: float
    zero: int
    error: str

    def span(
        self, name: str, kind: Kind, context: TraceContext, parent_id: str, start: float, attributes: Attributes
    ) -> Span:
        times = self.zero + int(start * 1e9), self.zero + int(self.at * 1e9)
        return Span(name, kind, context.trace_id, context.span_id, parent_id, *times, attributes, self.error)


def _of_trace(
    trace: Trace, steps: list[Step], name: str, kind: Kind, attributes: Attributes, end: _End
) -> Iterator[Span]:
    if trace.mfa is not None:
        attributes = {**attributes, "code.function.name": signature(trace.mfa)}
    yield end.span(name, kind, trace.span, trace.parent_id, trace.arrived, attributes)
    trace_id, parent_id, _ = trace.span
    for step in steps:
        if _is_told(step):
            times = end.zero + int(step.start * 1e9), end.zero + int(step.end * 1e9)
            kind = _KINDS.get(step.name, "internal")
            yield Span(step.name, kind, trace_id, step.span_id, parent_id, *times, _attributes(step), step.error)


def _is_told(step: Step) -> bool:
    """Runs are told by where they run. A pick or link that came to nothing is what was left of a step that failed."""
    if step.name in _KINDS:
        return step.boot is not None or bool(step.error)
    return step.name != "run"


def _attributes(step: Step) -> Attributes:
    if step.name not in _KINDS:
        return {}
    if step.boot is None:
        return {"erlang_docker.attempt": step.attempt}
    return {
        "erlang_docker.attempt": step.attempt,
        "erlang_docker.peer": step.boot.node,
        "erlang_docker.peer.boot_id": step.boot.boot_id,
    }


def _of_run(
    call: Call, kind: Kind, span: TraceContext, parent: TraceContext, started: float, end: _End
) -> Iterator[Span]:
    told = {"code.function.name": signature(call.mfa), "erlang_docker.caller": call.caller}
    yield end.span("run", kind, span, parent.span_id, started, told)


def _of_answer(span: TraceContext, parent: TraceContext, started: float, status: int, end: _End) -> Iterator[Span]:
    told: Attributes = {"http.request.method": "POST", "url.path": "/node", "http.response.status_code": status}
    yield end.span("POST /node", "server", span, parent.span_id, started, told)


def _zero() -> int:
    """When the clock of traces began, in nanoseconds since 1970: asked each time, as the time of day may be set."""
    return time.time_ns() - int(clock() * 1e9)
