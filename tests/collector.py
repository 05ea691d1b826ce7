"""A collector of spans: the gRPC service of OTLP, as OpenTelemetry publishes it, and the trees that come of them."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from grpc import aio
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.proto.collector.trace.v1.trace_service_pb2_grpc import (
    TraceServiceServicer,
    add_TraceServiceServicer_to_server,
)
from opentelemetry.proto.common.v1.common_pb2 import KeyValue
from opentelemetry.proto.trace.v1 import trace_pb2

from erlang_docker.names import NodeName
from harness import LOOPBACK

SECONDS = 20
SLACK_NS = 1_000_000
"""Between the clocks that a span and its parent were measured by."""


@dataclass(frozen=True)
class Told:
    """A span, and who told it."""

    node: dict[str, Any]
    span: trace_pb2.Span

    @property
    def text(self) -> str:
        """`a-0 pick`, and how it ended."""
        short = NodeName.parse(self.node["service.instance.id"]).short
        failed = self.attributes.get("error.type", "")
        return f"{short} {self.span.name}{failed and f': {failed}'}"

    @property
    def attributes(self) -> dict[str, Any]:
        return _values(self.span.attributes)


@dataclass
class Collector(TraceServiceServicer):
    """Keeps all that it is sent."""

    told: list[Told] = field(default_factory=list)
    port: int = 0

    @property
    def endpoint(self) -> str:
        return f"http://{LOOPBACK}:{self.port}"

    async def Export(self, request: ExportTraceServiceRequest, context: Any) -> ExportTraceServiceResponse:  # noqa: N802
        for of_node in request.resource_spans:
            node = _values(of_node.resource.attributes)
            self.told += (Told(node, span) for scope in of_node.scope_spans for span in scope.spans)
        return ExportTraceServiceResponse()

    def of(self, trace_id: str) -> list[Told]:
        """What has come of a trace, in the order in which it began."""
        found = [told for told in self.told if told.span.trace_id.hex() == trace_id]
        return sorted(found, key=lambda told: told.span.start_time_unix_nano)

    async def tree(self, trace_id: str, size: int, last: str = "") -> str:
        """The spans of a trace, each below its parent, once there are so many, and the last."""
        async with asyncio.timeout(SECONDS):
            while len(self.of(trace_id)) < size or not any(one.span.name.endswith(last) for one in self.of(trace_id)):
                await asyncio.sleep(0.02)
        return "".join(f"{'  ' * depth}{one.text}\n" for depth, one in tree(self.of(trace_id)))

    async def next_trace(self, name: str, after: int) -> str:
        """The id of the first trace with a span of that name, after so many spans."""
        async with asyncio.timeout(SECONDS):
            while True:
                for one in self.told[after:]:
                    if one.span.name == name:
                        return str(one.span.trace_id.hex())
                await asyncio.sleep(0.02)


@asynccontextmanager
async def collecting() -> AsyncIterator[Collector]:
    """A collector on a free port of loopback."""
    server, collector = aio.server(), Collector()
    add_TraceServiceServicer_to_server(collector, server)
    collector.port = server.add_insecure_port(f"{LOOPBACK}:0")
    await server.start()
    try:
        yield collector
    finally:
        await server.stop(None)


def tree(told: list[Told]) -> Iterator[tuple[int, Told]]:
    """Each span below its parent, with how deep it is."""
    known = {one.span.span_id: one.span for one in told}
    assert len(known) == len(told), "a span id that is there twice"

    def below(parent: bytes, depth: int) -> Iterator[tuple[int, Told]]:
        for one in told:
            if one.span.parent_span_id == parent:
                assert parent not in known or _begins_after(one.span, known[parent]), one.text
                yield depth, one
                yield from below(one.span.span_id, depth + 1)

    for outside in {one.span.parent_span_id for one in told} - known.keys():
        yield from below(outside, 0)


def _begins_after(span: trace_pb2.Span, parent: trace_pb2.Span) -> bool:
    """It begins after its parent; after its end too, if it was cast."""
    return span.start_time_unix_nano > parent.start_time_unix_nano - SLACK_NS


def _values(attributes: Iterable[KeyValue]) -> dict[str, Any]:
    return {one.key: getattr(one.value, one.value.WhichOneof("value") or "") for one in attributes}
