"""What the port says of its own services, in both versions of the protocol.

grpcio-reflection has `grpc.reflection.v1alpha` only. Clients ask for `v1`, and not all of them for the older one when
that is missing; nothing but the name of the package changed.
"""

from collections.abc import AsyncIterator, Iterable
from pathlib import Path

import grpc
from google.protobuf import descriptor_pool, text_format
from google.protobuf.descriptor import FileDescriptor
from google.protobuf.descriptor_pb2 import FileDescriptorProto, FileDescriptorSet
from google.rpc import error_details_pb2
from grpc import aio
from grpc_reflection.v1alpha import reflection, reflection_pb2

from erlang_docker import v1
from erlang_docker.rpc_status import ServicerContext
from erlang_docker.servers.streams import StreamLimit
from erlang_docker.v1 import error_pb2

DESCRIPTORS = Path(v1.__file__).with_name("erlang_docker.binpb")
"""The services and their messages with comments; `make proto` writes it."""
_VERSIONS = ("grpc.reflection.v1.ServerReflection", reflection.SERVICE_NAME)


class Reflection(reflection.aio.ReflectionServicer):  # type: ignore[misc]
    """Lists and describes services, itself too."""

    def __init__(self, services: Iterable[str], streams: StreamLimit) -> None:
        super().__init__((*services, *_VERSIONS), _pool((*services, reflection.SERVICE_NAME)))
        self._streams = streams
        described = FileDescriptorSet.FromString(DESCRIPTORS.read_bytes())
        self._commented = {file.name: file.SerializeToString() for file in described.file}

    async def ServerReflectionInfo(  # noqa: N802
        self, requests: AsyncIterator[reflection_pb2.ServerReflectionRequest], context: ServicerContext
    ) -> None:
        """Answers one question after another."""
        async with self._streams.hold(context):
            async for response in super().ServerReflectionInfo(requests, context):
                await context.write(self._with_comments(response))

    def _with_comments(
        self, response: reflection_pb2.ServerReflectionResponse
    ) -> reflection_pb2.ServerReflectionResponse:
        """Generated code is without its comments, and so is what is made of it."""
        if response.HasField("file_descriptor_response"):
            files = response.file_descriptor_response.file_descriptor_proto
            files[:] = [self._commented.get(FileDescriptorProto.FromString(file).name, file) for file in files]
        return response

    def add_to(self, server: aio.Server) -> None:
        method = grpc.stream_stream_rpc_method_handler(
            self.ServerReflectionInfo,
            reflection_pb2.ServerReflectionRequest.FromString,
            reflection_pb2.ServerReflectionResponse.SerializeToString,
        )
        for service in _VERSIONS:
            methods = {"ServerReflectionInfo": method}
            server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(service, methods),))
            server.add_registered_method_handlers(service, methods)


def _pool(services: Iterable[str]) -> descriptor_pool.DescriptorPool:
    """What describes them, `v1`, and the details of a status, which no service names.

    Not the process's pool: a release may have put another `v1` there.
    """
    pool = descriptor_pool.DescriptorPool()
    for service in services:
        _add(descriptor_pool.Default().FindFileContainingSymbol(service), pool)
    for file in (error_pb2.DESCRIPTOR, error_details_pb2.DESCRIPTOR):
        _add(file, pool)
    text = text_format.MessageToString(FileDescriptorProto.FromString(reflection_pb2.DESCRIPTOR.serialized_pb))
    stable = text_format.Parse(text.replace("v1alpha", "v1"), FileDescriptorProto())
    pool.AddSerializedFile(stable.SerializeToString())
    return pool


def _add(file: FileDescriptor, pool: descriptor_pool.DescriptorPool) -> None:
    for dependency in file.dependencies:
        _add(dependency, pool)
    pool.AddSerializedFile(file.serialized_pb)
