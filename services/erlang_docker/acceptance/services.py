"""Standard gRPC services: health and reflection."""

from collections.abc import AsyncIterator

from grpc import aio
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc

ANSWER_SECONDS = 10.0


async def health(channel: aio.Channel, service: str) -> str:
    """The health status of a service by name, such as SERVING or NOT_SERVING."""
    answer = await health_pb2_grpc.HealthStub(channel).Check(
        health_pb2.HealthCheckRequest(service=service), timeout=ANSWER_SECONDS
    )
    return str(health_pb2.HealthCheckResponse.ServingStatus.Name(answer.status))


async def services(channel: aio.Channel) -> list[str]:
    """The services that reflection lists."""

    async def requests() -> AsyncIterator[reflection_pb2.ServerReflectionRequest]:
        yield reflection_pb2.ServerReflectionRequest(list_services="")

    stub = reflection_pb2_grpc.ServerReflectionStub(channel)
    async for answer in stub.ServerReflectionInfo(requests(), timeout=ANSWER_SECONDS):
        return [service.name for service in answer.list_services_response.service]
    return []
