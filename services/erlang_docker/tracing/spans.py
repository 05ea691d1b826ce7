"""The spans of one node: made when a command, a call or a run has ended, of the times that were measured anyway."""

import asyncio
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
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
    context: TraceContext
    parent_id: str
    """Empty: the first of its trace."""
    start: int
    """Nanoseconds since 1970, as `end`."""
    end: int
    attributes: Attributes
    error: str
    """What it ended with, if not well; never what a function gave as its reason, which may be anybody's data."""


Export: TypeAlias = Callable[[Sequence[Span]], None]


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
        span = TraceContext.begin(self._bound)
        return Trace(span, arrived=arrived, recorded=True) if span.sampled else None

    def end(self, trace: Trace, name: str, kind: Kind, attributes: Attributes, error: str) -> None:
        """A recorded trace has ended, now: tell its span and those of its steps."""
        if self._export is None or trace.steps is None:
            return
        zero = _zero()
        if trace.mfa is not None:
            attributes = {**attributes, "code.function.name": signature(trace.mfa)}
        whole = _span(name, kind, trace.span, trace.parent_id, trace.arrived, clock(), attributes, error, zero)
        self._export([whole, *(_of_step(step, trace.span, zero) for step in trace.steps if _is_told(step))])

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
            told = {"code.function.name": signature(call.mfa), "erlang_docker.caller": call.caller}
            self._export([_span("run", kind, span, parent.span_id, started, clock(), told, error, _zero())])

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
        told: Attributes = {"http.request.method": "POST", "url.path": "/node", "http.response.status_code": status}
        error = "" if status < 500 else str(status)
        name, span = "POST /node", parent.child()
        self._export([_span(name, "server", span, parent.span_id, started, clock(), told, error, _zero())])


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


def _is_told(step: Step) -> bool:
    """Runs are told by where they run. A pick or link that came to nothing is what was left of a step that failed."""
    if step.name in _KINDS:
        return step.boot is not None or bool(step.error)
    return step.name != "run"


def _of_step(step: Step, parent: TraceContext, zero: int) -> Span:
    attributes: dict[str, str | int] = {}
    if step.name in _KINDS:
        attributes["erlang_docker.attempt"] = step.attempt
    if step.boot is not None:
        attributes["erlang_docker.peer"], attributes["erlang_docker.peer.boot_id"] = step.boot.node, step.boot.boot_id
    context, kind = parent._replace(span_id=step.span_id), _KINDS.get(step.name, "internal")
    return _span(step.name, kind, context, parent.span_id, step.start, step.end, attributes, step.error, zero)


def _span(
    name: str,
    kind: Kind,
    context: TraceContext,
    parent_id: str,
    start: float,
    end: float,
    attributes: Attributes,
    error: str,
    zero: int,
) -> Span:
    start_ns, end_ns = zero + int(start * 1e9), zero + int(end * 1e9)
    return Span(name, kind, context, parent_id, start_ns, end_ns, attributes, error)


def _zero() -> int:
    """When the clock of traces began, in nanoseconds since 1970: asked each time, as the time of day may be set."""
    return time.time_ns() - int(clock() * 1e9)
