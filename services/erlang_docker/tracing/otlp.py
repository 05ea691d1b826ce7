"""Spans to an OpenTelemetry collector, by OTLP over gRPC: the one module that imports OpenTelemetry.

The thread, the queue, the channel with its retries, and what the environment says of them are the SDK's. The messages
are made here: by way of the SDK's own spans each span takes 24 microseconds of a call's 210, and like this 3.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from functools import lru_cache
from struct import Struct
from typing import Any, cast

from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, InstrumentationScope, KeyValue
from opentelemetry.proto.resource.v1 import resource_pb2
from opentelemetry.proto.trace.v1 import trace_pb2
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import SpanContext, TraceFlags

from erlang_docker.tracing.span import Attributes, Kind, Span

_KINDS = {
    "internal": trace_pb2.Span.SPAN_KIND_INTERNAL,
    "client": trace_pb2.Span.SPAN_KIND_CLIENT,
    "server": trace_pb2.Span.SPAN_KIND_SERVER,
}
_SAMPLED = 1
_FIRST = Struct("<2s16s2s8scQcQ")
_CHILD = Struct("<2s16s2s8s2s8scQcQ")
TOGETHER = 32
"""Commands and runs whose spans are made in one go, which holds up others for a millisecond at most."""
MOST_WAITING, MOST_SENT = 2048, 512
"""Commands and runs."""
KNOWN_SORTS = 1000
"""Of spans that differ in ids and times only: of one step, function, node and boot."""


class Otlp:
    """Takes spans without waiting: a thread of the SDK's sends them, every 5 s, or 512 commands and runs together.

    Of those 2048 wait for a collector that does not answer, or where there are few those of the last minute, and the
    oldest are dropped for those that come.
    """

    def __init__(self, endpoint: str, node: Attributes, version: str) -> None:
        """`node`: what all spans say of it."""
        resource = Resource.create(dict(node))  # with what the environment says
        exporter = _Exporter(endpoint, resource.attributes.items(), version)
        waiting, sent = MOST_WAITING // TOGETHER, MOST_SENT // TOGETHER
        self._processor = BatchSpanProcessor(exporter, max_queue_size=waiting, max_export_batch_size=sent)
        self._ended: deque[Iterator[Span]] = deque()

    def export(self, spans: Iterator[Span]) -> None:
        """Have them sent. Many are made together: one after another they take half as long as each by itself."""
        self._ended.append(spans)
        if len(self._ended) >= TOGETHER:
            self.make()

    def make(self) -> None:
        """Make what has ended so far, as messages: what waits is bytes, not objects to look for garbage in.

        From any thread, as what is taken from a deque is so once.
        """
        message = b"".join(_encoded(span) for spans in self._taken() for span in spans)
        if message:
            self._processor.on_end(cast(ReadableSpan, _Waiting(message)))

    def close(self) -> None:
        """Send what waits; may take as long as the collector does."""
        self.make()
        self._processor.shutdown()

    def _taken(self) -> Iterator[Iterator[Span]]:
        with suppress(IndexError):
            while True:
                yield self._ended.popleft()


class _Waiting:
    """All that the SDK asks of what it queues: whether it is sampled."""

    __slots__ = ("message",)
    context = SpanContext(1, 1, is_remote=False, trace_flags=TraceFlags(TraceFlags.SAMPLED))

    def __init__(self, message: bytes) -> None:
        self.message = message


class _Exporter(OTLPSpanExporter):
    """The SDK's, but for the message."""

    def __init__(self, endpoint: str, node: Iterable[tuple[str, Any]], version: str) -> None:
        super().__init__(endpoint=endpoint)
        told = [_attribute((name, value if isinstance(value, int) else str(value))) for name, value in node]
        self._node = resource_pb2.Resource(attributes=told)
        self._scope = InstrumentationScope(name="erlang_docker", version=version)

    def _translate_data(self, data: Sequence[ReadableSpan]) -> ExportTraceServiceRequest:
        request = ExportTraceServiceRequest()
        all_spans = request.resource_spans.add(resource=self._node).scope_spans.add(scope=self._scope)
        for waiting in cast(Sequence[_Waiting], data):
            all_spans.MergeFromString(waiting.message)
        return request


def _encoded(span: Span) -> bytes:
    """As one of the spans of a ScopeSpans. A message's fields may be in any order: what is the same comes first."""
    name, kind, trace_id, span_id, parent_id, start, end, attributes, error = span
    ids = bytes.fromhex(trace_id), bytes.fromhex(span_id), bytes.fromhex(parent_id)
    return _sort(name, kind, attributes, error, bool(parent_id)) + _own(*ids, start, end)


def _own(trace_id: bytes, span_id: bytes, parent_id: bytes, start: int, end: int) -> bytes:
    """What a span has of its own, each field behind its tag: of one length, but for the parent that the first lacks."""
    first = (b"\x0a\x10", trace_id, b"\x12\x08", span_id)
    if not parent_id:
        return _FIRST.pack(*first, b"\x39", start, b"\x41", end)
    return _CHILD.pack(*first, b"\x22\x08", parent_id, b"\x39", start, b"\x41", end)


@lru_cache(KNOWN_SORTS)
def _sort(name: str, kind: Kind, attributes: Attributes, error: str, is_child: bool) -> bytes:
    """What all spans of a sort have in common, behind the length of one of them."""
    span = trace_pb2.Span(name=name, kind=_KINDS[kind], flags=_SAMPLED, attributes=map(_attribute, attributes))
    if error:
        span.attributes.append(_attribute(("error.type", error)))
        span.status.code = trace_pb2.Status.STATUS_CODE_ERROR
    common = span.SerializeToString()
    span.MergeFromString(_own(b"i" * 16, b"i" * 8, b"i" * 8 if is_child else b"", 1, 1))
    one: bytes = trace_pb2.ScopeSpans(spans=[span]).SerializeToString()
    return one[: -span.ByteSize()] + bytes(common)


def _attribute(told: tuple[str, str | int]) -> KeyValue:
    name, value = told
    given = AnyValue(int_value=value) if isinstance(value, int) else AnyValue(string_value=value)
    return KeyValue(key=name, value=given)
