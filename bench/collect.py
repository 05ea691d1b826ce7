"""A collector of spans that keeps none: `collect.py PORT`. Says how many have come when it is told to end."""

import asyncio
import signal
import sys
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

from erlang_docker.local.plan import LOOPBACK


class Counter(TraceServiceServicer):
    spans = 0

    async def Export(self, request: ExportTraceServiceRequest, context: Any) -> ExportTraceServiceResponse:  # noqa: N802
        self.spans += sum(len(scope.spans) for node in request.resource_spans for scope in node.scope_spans)
        return ExportTraceServiceResponse()


async def main(port: int) -> None:
    server, counter = aio.server(), Counter()
    add_TraceServiceServicer_to_server(counter, server)
    server.add_insecure_port(f"{LOOPBACK}:{port}")
    await server.start()
    ended = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ended.set)
    await ended.wait()
    await server.stop(None)
    sys.stderr.write(f"{counter.spans} spans\n")


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
