"""Spans to an OpenTelemetry collector, by OTLP over gRPC: the one module that imports OpenTelemetry."""

from collections.abc import Sequence

from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.util.instrumentation import InstrumentationScope
from opentelemetry.trace import SpanContext, SpanKind, TraceFlags
from opentelemetry.trace.status import Status, StatusCode

from erlang_docker.tracing.spans import Attributes, Span

_KINDS = {"internal": SpanKind.INTERNAL, "client": SpanKind.CLIENT, "server": SpanKind.SERVER}
_SAMPLED = TraceFlags(TraceFlags.SAMPLED)
_OK = Status(StatusCode.UNSET)
_FAILED = Status(StatusCode.ERROR)


class Otlp:
    """Takes spans without waiting: a thread of the SDK's sends them, every 5 s or 512 of them together.

    2048 wait for a collector that does not answer, and the oldest are dropped for those that come.
    """

    def __init__(self, endpoint: str, node: Attributes, version: str) -> None:
        """`node`: what all spans say of it."""
        # The rest, such as certificates and headers, the SDK itself takes from the environment: OTEL_EXPORTER_OTLP_*.
        self._processor = BatchSpanProcessor(OTLPSpanExporter(endpoint=endpoint))
        self._resource = Resource.create(dict(node))
        self._scope = InstrumentationScope("erlang_docker", version)

    def export(self, spans: Sequence[Span]) -> None:
        """Have them sent."""
        for span in spans:
            self._processor.on_end(self._readable(span))

    def close(self) -> None:
        """Send what waits; may take as long as the collector does."""
        self._processor.shutdown()

    def _readable(self, span: Span) -> ReadableSpan:
        trace_id = int(span.context.trace_id, 16)
        parent = None
        if span.parent_id:
            parent = SpanContext(trace_id, int(span.parent_id, 16), is_remote=False, trace_flags=_SAMPLED)
        return ReadableSpan(
            name=span.name,
            context=SpanContext(trace_id, int(span.context.span_id, 16), is_remote=False, trace_flags=_SAMPLED),
            parent=parent,
            resource=self._resource,
            attributes={**span.attributes, "error.type": span.error} if span.error else span.attributes,
            kind=_KINDS[span.kind],
            status=_FAILED if span.error else _OK,
            start_time=span.start,
            end_time=span.end,
            instrumentation_scope=self._scope,
        )
