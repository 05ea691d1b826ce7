"""How a link is opened: connect, prove the cookie, and have the node prove it."""

import asyncio
from dataclasses import dataclass
from typing import Any

import grpc
from grpc import aio

from erlang_docker.credentials import TLS
from erlang_docker.errors import NotSent, WrongNode
from erlang_docker.link.channel import connect
from erlang_docker.link.link import Link
from erlang_docker.link.proof import ANSWER_KEY, AuthenticationError, Claim, Cookie
from erlang_docker.names import NodeName
from erlang_docker.settings import Address
from erlang_docker.v1 import node_pb2, node_pb2_grpc, rpc_pb2_grpc

HANDSHAKE_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Dialer:
    """Opens links in the name of this node, `caller`."""

    caller: NodeName
    cookie: Cookie
    tls: TLS | None

    async def open(self, node: NodeName, boot_id: str, address: Address, route: node_pb2.Route) -> Link:
        """A link to this boot of a node, or to whichever boot is there when the id is empty; `address` is dialed.

        NotSent when any step fails: WrongNode when another node or another boot of it answers at this address.
        """
        channel = await connect(address, node.host, self.tls)
        try:
            async with asyncio.timeout(HANDSHAKE_SECONDS):
                boot_id = boot_id or await _boot_id(channel)
                stream = await self._handshake(channel, Claim.make(str(self.caller), str(node), boot_id))
        except (aio.AioRpcError, TimeoutError, AuthenticationError) as error:
            await channel.close()
            raise _translated(error, f"{node} at {address}") from error
        return Link(node, boot_id, address, route, channel, stream)

    async def _handshake(self, channel: aio.Channel, claim: Claim) -> Any:
        """The open stream; AioRpcError when the node refuses, AuthenticationError when it does not know the cookie."""
        stream = rpc_pb2_grpc.RpcServiceStub(channel).Link(metadata=self.cookie.prove(claim))
        try:
            # The node answers with its proof before anything else; without one the stream is not used, so a stranger
            # at that address learns no call.
            metadata = await stream.initial_metadata()
            if ANSWER_KEY not in metadata:
                await stream.read()  # raises what the node refused with
            self.cookie.check_answer(claim, {key: str(value) for key, value in metadata})
        except BaseException:
            stream.cancel()
            raise
        return stream


async def _boot_id(channel: aio.Channel) -> str:
    response = await node_pb2_grpc.NodeServiceStub(channel).GetNode(node_pb2.GetNodeRequest())
    return str(response.boot_id)


def _translated(error: Exception, where: str) -> NotSent:
    if not isinstance(error, aio.AioRpcError):
        return NotSent(f"{where}: {error!r}")
    kind = WrongNode if error.code() is grpc.StatusCode.FAILED_PRECONDITION else NotSent
    return kind(f"{where}: {error.details()}")
