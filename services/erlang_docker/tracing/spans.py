"""The spans of one node: what has ended is kept, with the times that were measured anyway, and becomes spans later."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Self, TypeAlias

from erlang_docker.call import Call
from erlang_docker.errors import CallError
from erlang_docker.trace import CANCELLED, Trace, clock
from erlang_docker.trace_context import TraceContext, sample_bound
from erlang_docker.tracing.span import Attributes, Kind, Span, of_answer, of_run, of_trace
from otp.errors import Failure, ParseError

Export: TypeAlias = Callable[[Iterator[Span]], None]
"""Takes the spans of what has ended, from any thread; they are made as it asks for them."""


class Spans:
    """Where a node's spans come together. Without `export` there are none: no trace is recorded."""

    def __init__(self, ratio: float = 0.0, export: Export | None = None) -> None:
        """`ratio`: of the commands that come without a trace, how many begin one; others do as their trace does."""
        self.bound = sample_bound(ratio)
        """Of the trace ids of commands that come without a trace: those below it are sampled."""
        self.on = export is not None
        """Whether anybody wants them."""
        self._export = export or _nowhere

    def begin(self, traceparent: str, arrived: float | None = None) -> Trace:
        """The trace of a command whose client is told its way."""
        parent = TraceContext.parse(traceparent)
        span = parent or TraceContext.begin(self.bound)
        if not self.on or not span.sampled:
            return Trace(span, arrived=arrived)
        if parent is None:
            return Trace(span, arrived=arrived, recorded=True)
        return Trace(parent.child(), parent.span_id, arrived, recorded=True)

    def end(self, trace: Trace, name: str, kind: Kind, attributes: Attributes, error: str) -> None:
        """A recorded trace has ended, now: tell its span and those of its steps."""
        if trace.steps is not None:
            self._export(of_trace(trace, name, kind, attributes, clock(), error))

    def run(self, call: Call, kind: Kind, within: TraceContext) -> "Run":
        """Around a function's run."""
        return Run(self._export, call, kind, within)

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
            self.end(trace, name, "internal", (), error)

    def answered(self, traceparent: str, started: float, status: int) -> None:
        """A pick, or whoever else asks `POST /node`."""
        if self.on:
            self._export(of_answer(traceparent, started, clock(), status))


class Run:
    """A context manager around one run of a function."""

    __slots__ = ("_call", "_export", "_kind", "_parent_id", "_span", "_started")

    def __init__(self, export: Export, call: Call, kind: Kind, within: TraceContext) -> None:
        self._export = export
        self._call = call
        self._kind = kind
        self._span, self._parent_id = within.child(), within.span_id

    @property
    def call(self) -> Call:
        """The call, for those that the function makes to be within the run."""
        return self._call._replace(trace=None, came_with=self._span.traceparent)

    def __enter__(self) -> Self:
        self._started = clock()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        told = "" if error is None else error_type(error)
        if told == CANCELLED and self._call.remaining <= 0:
            told = "timeout"
        self._export(of_run(self._call, self._kind, self._span, self._parent_id, self._started, clock(), told))


def error_type(error: BaseException) -> str:
    """`error`, `exit` or `throw` of a function, the reason of a call's failure, and so on: a handful of words."""
    if isinstance(error, Failure):
        return error.kind
    if isinstance(error, CallError):
        return error.reason
    if isinstance(error, ParseError):
        return "syntax"
    return CANCELLED if isinstance(error, asyncio.CancelledError) else type(error).__name__


def _nowhere(spans: Iterator[Span]) -> None:
    """Nobody wants them."""
