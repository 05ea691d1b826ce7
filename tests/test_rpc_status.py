"""Why a call of gRPC was refused, as programs read it: `google.rpc.ErrorInfo` in the status's details."""

import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from google.rpc.error_details_pb2 import ErrorInfo
from google.rpc.status_pb2 import Status
from grpc import StatusCode, aio

from erlang_docker.link.proof import Claim, Cookie
from erlang_docker.rpc_status import CODES
from erlang_docker.v1 import node_pb2, node_pb2_grpc, rpc_pb2, rpc_pb2_grpc
from erlang_docker.v1.error_pb2 import ErrorReason
from harness import COOKIE, LOOPBACK, Pair

PROTO = Path(__file__).parent.parent / "proto/erlang_docker/v1/error.proto"
Ask = Callable[[aio.Channel], Awaitable[Any]]


def info(error: aio.AioRpcError) -> ErrorInfo:
    """What stands in the trailer; it agrees with the status beside it."""
    trailers = dict(error.trailing_metadata() or ())
    status = Status.FromString(bytes(trailers["grpc-status-details-bin"]))
    assert (status.code, status.message) == (error.code().value[0], error.details())
    (detail,), found = status.details, ErrorInfo()
    assert detail.Unpack(found)
    return found


async def without_proof(channel: aio.Channel) -> None:
    await rpc_pb2_grpc.RpcServiceStub(channel).Call(rpc_pb2.CallRequest(module="erlang", function="node"))


async def of_no_page(channel: aio.Channel) -> None:
    await node_pb2_grpc.NodeServiceStub(channel).ListPeers(node_pb2.ListPeersRequest(page_size=-1))


async def unreadable(channel: aio.Channel) -> None:
    await channel.unary_unary("/erlang_docker.v1.ConsoleService/Run")(b"\xff")


@pytest.mark.parametrize(
    ("ask", "reason"),
    [(without_proof, "PROOF_REFUSED"), (of_no_page, "PAGE_INVALID"), (unreadable, "REQUEST_UNREADABLE")],
)
async def test_a_reason(ask: Ask, reason: str, pair: Pair) -> None:
    async with aio.insecure_channel(f"{LOOPBACK}:{pair.a.grpc_port}") as channel:
        with pytest.raises(aio.AioRpcError) as caught:
            await ask(channel)
    found = info(caught.value)
    assert (found.reason, found.domain, dict(found.metadata)) == (reason, "erlang-docker", {})


async def test_which_node_was_meant(pair: Pair) -> None:
    """`meant` and `this`, each a node's name and its boot."""
    name, boot = str(pair.a.identity.name), pair.a.identity.boot_id
    metadata = Cookie(COOKIE).prove(Claim.make("test", name, "another"))
    request = rpc_pb2.CallRequest(module="erlang", function="node")
    async with aio.insecure_channel(f"{LOOPBACK}:{pair.a.grpc_port}") as channel:
        with pytest.raises(aio.AioRpcError) as caught:
            await rpc_pb2_grpc.RpcServiceStub(channel).Call(request, metadata=metadata)
    found = info(caught.value)
    assert (found.reason, dict(found.metadata)) == (
        "WRONG_NODE",
        {"meant": f"{name} another", "this": f"{name} {boot}"},
    )


def test_the_schema_says_the_code_of_each() -> None:
    said = re.findall(r"// ([A-Z_]+): .*?\n  (ERROR_REASON_\w+) =", PROTO.read_text(), flags=re.DOTALL)
    assert {ErrorReason.Value(name): StatusCode[code] for code, name in said} == CODES
    assert len(CODES) == len(ErrorReason.values()) - 1
