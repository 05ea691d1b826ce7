"""How a link is opened: connect, prove the cookie, and have the node prove it."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import grpc
from grpc import aio

from erlang_docker.addresses import Address, GrpcPorts
from erlang_docker.credentials import TLS, TLSMode
from erlang_docker.errors import NotSent, WrongNode
from erlang_docker.link.channel import Endpoint, connect
from erlang_docker.link.link import Link
from erlang_docker.link.proof import ANSWER_KEY, AuthenticationError, Claim, Cookie
from erlang_docker.names import NodeName
from erlang_docker.v1 import node_pb2, node_pb2_grpc, rpc_pb2, rpc_pb2_grpc

HANDSHAKE_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Dialer:
    """Opens links in the name of this node, `caller`."""

    caller: NodeName
    cookie: Cookie
    mode: TLSMode
    tls: Callable[[], TLS] | None
    """The certificate of this moment; None where TLS is disabled."""

    def endpoints(self, host: str, ports: GrpcPorts) -> list[Endpoint]:
        """Where to dial a node that serves there, the better first; none when the two have nothing in common.

        A permissive node has plaintext for when TLS fails, as PostgreSQL's `sslmode=prefer` has: while TLS is switched
        on, no call may fail that went well without it. The log and the metric of links say which it was.
        """
        found = []
        if ports.tls is not None and self.mode is not TLSMode.DISABLE:
            found.append(Endpoint(Address(host, ports.tls), tls=True))
        if ports.plaintext is not None and self.mode is not TLSMode.STRICT:
            found.append(Endpoint(Address(host, ports.plaintext), tls=False))
        return found

    async def connect(self, node: NodeName, endpoint: Endpoint) -> aio.Channel:
        """A channel that is connected; NotSent when it is not in time, or by TLS when it is another node."""
        tls = self.tls() if endpoint.tls and self.tls is not None else None
        return await connect(endpoint.address, node.host, tls)

    async def open(self, node: NodeName, boot_id: str, endpoint: Endpoint, route: node_pb2.Route) -> Link:
        """A link to this boot of a node, or to whichever boot is there when the id is empty.

        NotSent when any step fails: WrongNode when another node or another boot of it answers at this address.
        """
        channel = await self.connect(node, endpoint)
        try:
            async with asyncio.timeout(HANDSHAKE_SECONDS):
                boot_id = boot_id or await _boot_id(channel)
                claim = Claim.make(str(self.caller), str(node), boot_id)
                stream, first = await self._handshake(channel, claim)
        except (aio.AioRpcError, EOFError, TimeoutError, AuthenticationError) as error:
            await channel.close()
            raise _translated(error, f"{node} at {endpoint.address}") from error
        idempotent = frozenset(first.idempotent)
        link = Link(node, boot_id, endpoint, route, first.boot_epoch, idempotent, channel, stream)
        if first.draining:
            link.drain()
        return link

    async def _handshake(self, channel: aio.Channel, claim: Claim) -> tuple[Any, rpc_pb2.LinkResponse]:
        """The open stream, and its first message.

        AioRpcError when the node refuses, AuthenticationError when it does not know the cookie.
        """
        stream = rpc_pb2_grpc.RpcServiceStub(channel).Link(metadata=self.cookie.prove(claim))
        try:
            # The node answers with its proof before anything else; without one the stream is not used, so a stranger
            # at that address learns no call.
            metadata = await stream.initial_metadata()
            if ANSWER_KEY not in metadata:
                await stream.read()  # raises what the node refused with
            self.cookie.check_answer(claim, {key: str(value) for key, value in metadata})
            # Before any call: when the node is lost with the first, it must be known already what may run twice.
            first = await stream.read()
            if first is aio.EOF:
                raise EOFError("it ended before its first message")
        except BaseException:
            stream.cancel()
            raise
        return stream, first


async def _boot_id(channel: aio.Channel) -> str:
    response = await node_pb2_grpc.NodeServiceStub(channel).GetNode(node_pb2.GetNodeRequest())
    return str(response.boot_id)


def _translated(error: Exception, where: str) -> NotSent:
    if not isinstance(error, aio.AioRpcError):
        return NotSent(f"{where}: {error!r}")
    kind = WrongNode if error.code() is grpc.StatusCode.FAILED_PRECONDITION else NotSent
    return kind(f"{where}: {error.details()}")
