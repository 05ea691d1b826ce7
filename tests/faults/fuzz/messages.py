"""gRPC at 50051: messages and metadata that are not as they should be, to every method."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from random import Random

from google.protobuf.message import Message
from grpc import aio
from grpc_health.v1 import health_pb2
from grpc_reflection.v1alpha import reflection_pb2

from erlang_docker.local.plan import NodePlan
from erlang_docker.v1 import console_pb2, node_pb2
from faults.fuzz.mutation import mutated
from faults.fuzz.sockets import commands
from faults.fuzz.terms import link_call

SECONDS = 8.0
PACKAGE = "/erlang_docker.v1."
Make = Callable[[Random], Message]


def _run(chance: Random) -> Message:
    return console_pb2.RunRequest(command=chance.choice(commands()).decode(errors="replace"))


def _health(chance: Random) -> Message:
    return health_pb2.HealthCheckRequest(service=chance.choice(("", "erlang_docker.v1.RpcService", "?", "x" * 70_000)))


def _reflection(chance: Random) -> Message:
    asked = chance.choice(
        ("list_services", "file_by_filename", "file_containing_symbol", "all_extension_numbers_of_type")
    )
    name = chance.choice(("", "erlang_docker.v1.Term", "erlang_docker/v1/term.proto", "..", "\0", "é" * 9))
    request = reflection_pb2.ServerReflectionRequest(**{asked: name}, host=name)
    if chance.random() < 0.2:
        request.file_containing_extension.containing_type = name
        request.file_containing_extension.extension_number = chance.choice((0, -1, (1 << 31) - 1))
    return request


METHODS: Sequence[tuple[str, Make]] = (
    *((f"{PACKAGE}ConsoleService/Run", _run),) * 4,
    (f"{PACKAGE}NodeService/GetNode", lambda _: node_pb2.GetNodeRequest()),
    (f"{PACKAGE}NodeService/ListPeers", lambda _: node_pb2.ListPeersRequest()),
    (f"{PACKAGE}NodeService/ListFunctions", lambda _: node_pb2.ListFunctionsRequest()),
    (f"{PACKAGE}NodeService/WatchStatus", lambda _: node_pb2.WatchStatusRequest()),
    (f"{PACKAGE}NodeService/WatchCluster", lambda _: node_pb2.WatchClusterRequest()),
    (f"{PACKAGE}RpcService/Call", lambda chance: link_call(chance).request),
    (f"{PACKAGE}RpcService/Link", link_call),
    ("/grpc.health.v1.Health/Check", _health),
    ("/grpc.health.v1.Health/Watch", _health),
    ("/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo", _reflection),
    ("/no.Such/Method", _health),
)
METADATA = (
    *(("x-node-proof", "0" * 64), ("x-node-caller", "a@b"), ("x-node-target", "%00 %ff"), ("x-node-boot", "x" * 400)),
    *(
        ("x-node-time", "now"),
        ("x-node-nonce", ""),
        ("x-node-proof-bin", b"\xff\x00"),
        ("x", "y" * 7000),
        ("a-bin", b""),
    ),
)


def channel(node: NodePlan) -> aio.Channel:
    """A connection of its own."""
    options = [("grpc.use_local_subchannel_pool", 1), ("grpc.max_send_message_length", -1)]
    return aio.insecure_channel(str(node.grpc), options)


async def grpc_(node: NodePlan, chance: Random) -> list[str]:
    """The status of some calls on one connection."""
    async with channel(node) as on:
        return list(await asyncio.gather(*(_one(on, chance) for _ in range(chance.choice((1, 2, 4, 30))))))


def _one(on: aio.Channel, chance: Random) -> "asyncio.Future[str]":
    """What is sent is decided at once, in the order of the calls."""
    method, make = chance.choice(METHODS)
    corpus = [make(chance).SerializeToString() for _ in range(2)]
    sent = [mutated(chance, corpus[0], corpus) for _ in range(chance.choice((0, 1, 1, 1, 1, 1, 2)))]
    metadata = chance.choices(METADATA, k=chance.choice((0, 0, 1, 4)))
    seconds = SECONDS if chance.random() < 0.01 else chance.choice((0.002, 0.1, 0.5, 0.5))
    return asyncio.ensure_future(status(on, method, sent, metadata, seconds))


async def status(
    on: aio.Channel, method: str, sent: Sequence[bytes], metadata: Sequence[tuple[str, str | bytes]], seconds: float
) -> str:
    """How a call ends whose messages are sent as they are. `Health.Watch` does not end by itself."""

    async def messages() -> AsyncIterator[bytes]:
        for message in sent:
            yield message

    if method.endswith("/Watch"):
        seconds = min(seconds, 0.05)
    call = on.stream_stream(method)(messages(), metadata=aio.Metadata(*metadata), timeout=seconds)
    try:
        async for _ in call:
            pass
        return "OK"
    except aio.AioRpcError as error:
        return str(error.code().name)
    except asyncio.CancelledError:  # as grpcio says that the server has cancelled it
        return "CANCELLED"
