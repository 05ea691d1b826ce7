"""A client of one node, for the command line."""

from typing import Any, Self

from grpc import aio

from erlang_docker.credentials import TLS
from erlang_docker.errors import NodeError
from erlang_docker.link.channel import open_channel
from erlang_docker.link.cookie import Claim, Cookie
from erlang_docker.v1 import console_pb2, console_pb2_grpc, node_pb2, node_pb2_grpc

ANSWER_SECONDS = 10.0


class Client:
    """An async context manager around a channel to `host:port`; NodeError when nothing answers there."""

    def __init__(self, target: str, tls: TLS | None = None, host_name: str = "localhost") -> None:
        self._target = target
        self._channel = open_channel(target, host_name, tls)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self._channel.close()

    async def run(self, command: str) -> str:
        """The reply to a command."""
        console = console_pb2_grpc.ConsoleServiceStub(self._channel)
        return str(
            (await self._ask(console.Run(console_pb2.RunRequest(command=command), timeout=ANSWER_SECONDS))).reply
        )

    async def token(self, cookie: Cookie) -> list[tuple[str, str]]:
        """The metadata that lets this node's RpcService serve one call, within a minute."""
        nodes = node_pb2_grpc.NodeServiceStub(self._channel)
        node = await self._ask(nodes.GetNode(node_pb2.GetNodeRequest(), timeout=ANSWER_SECONDS))
        return cookie.prove(Claim.make("cli", node.name, node.boot_id))

    async def _ask(self, call: Any) -> Any:
        try:
            return await call
        except aio.AioRpcError as error:
            raise NodeError(f"{self._target}: {error.details()}") from error
