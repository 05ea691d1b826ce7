"""A client of one node over gRPC, with Python values; the command line is made of it."""

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable
from types import TracebackType
from typing import Any, Self, TypeVar

import grpc
from grpc import aio

from erlang_docker import wire
from erlang_docker.credentials import TLS
from erlang_docker.errors import (
    Busy,
    CallError,
    CallTimeout,
    Forbidden,
    NodeDown,
    NodeError,
    NotSent,
    ResultError,
    Unauthenticated,
)
from erlang_docker.functions.from_term import value_of
from erlang_docker.functions.to_term import term_of
from erlang_docker.link.channel import open_channel
from erlang_docker.link.messages import decode_failure
from erlang_docker.link.proof import ANSWER_KEY, Claim, Cookie
from erlang_docker.v1 import console_pb2, console_pb2_grpc, node_pb2, node_pb2_grpc, store_pb2, store_pb2_grpc
from otp.errors import Failure, ParseError
from otp.terms.print.literals import atom_text
from otp.terms.print.one_line import one_line

ANSWER_SECONDS = 10.0
"""Longer than any call may take, so that the node's own answer comes first."""

_CALL_ERRORS: dict[int, type[CallError]] = {
    console_pb2.CALL_ERROR_NOT_SENT: NotSent,
    console_pb2.CALL_ERROR_NODE_DOWN: NodeDown,
    console_pb2.CALL_ERROR_TIMEOUT: CallTimeout,
    console_pb2.CALL_ERROR_BUSY: Busy,
}
_STATUS_ERRORS = {
    grpc.StatusCode.UNAVAILABLE: NodeDown,
    grpc.StatusCode.DEADLINE_EXCEEDED: CallTimeout,
    grpc.StatusCode.UNAUTHENTICATED: Unauthenticated,
    grpc.StatusCode.PERMISSION_DENIED: Forbidden,
}
T = TypeVar("T")


class Client:
    """An async context manager around a connection to `host:port` of a node's gRPC.

    `rpc` and `mfa` take and give Python values as `@export` does. They raise Failure when the function failed, and
    CallError as a Context does when the call did; NodeDown and CallTimeout also when this node does not answer. Where
    the node wants a token, Unauthenticated without a right one, and Forbidden for what its role may not call.
    """

    def __init__(self, target: str, tls: TLS | None = None, host_name: str = "localhost", token: str = "") -> None:
        self._target = target
        self._channel = open_channel(target, host_name, tls)
        self._metadata = (("authorization", f"Bearer {token}"),) if token else ()
        self._console = console_pb2_grpc.ConsoleServiceStub(self._channel)
        self._nodes = node_pb2_grpc.NodeServiceStub(self._channel)
        self._stores = store_pb2_grpc.StoreServiceStub(self._channel)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self._channel.close()

    async def rpc(self, function: str, *args: Any, returns: type[T] | None = None) -> T | Any:
        """Have the node call `Module:Function` on a node of the other kind, which its cluster picks."""
        return await self._call("rpc", function, args, returns)

    async def mfa(self, function: str, *args: Any, returns: type[T] | None = None) -> T | Any:
        """Call `Module:Function` on the node itself."""
        return await self._call("mfa", function, args, returns)

    async def run(self, command: str) -> str:
        """The reply to a command, as it is printed."""
        return str((await self._run(command)).reply)

    async def ask(self, command: str, timeout: float = ANSWER_SECONDS) -> console_pb2.RunResponse:
        """The reply, with how the command ended, who answered and where the time went."""
        return await self._run(command, timeout)

    async def watch(self) -> AsyncGenerator[node_pb2.WatchClusterResponse, None]:
        """All nodes as this one sees them, now, when one changes its state, and every second; NodeDown at its end."""
        heard = True
        while heard:
            heard = False
            snapshots = self._nodes.WatchCluster(node_pb2.WatchClusterRequest(), metadata=self._metadata)
            try:
                async for snapshot in snapshots:
                    heard = True
                    yield snapshot
            except aio.AioRpcError as error:
                # A stream that has become old is opened anew; a node that has nothing to say on a new one is gone.
                if not heard:
                    raise self._translated(error) from error
            finally:
                snapshots.cancel()

    async def node(self) -> node_pb2.GetNodeResponse:
        """Which node this is, and which boot of it."""
        call = self._nodes.GetNode(node_pb2.GetNodeRequest(), timeout=ANSWER_SECONDS, metadata=self._metadata)
        return await self._ask(call)

    async def peers(self) -> list[node_pb2.Peer]:
        """The nodes it has links to."""
        call = self._nodes.ListPeers(node_pb2.ListPeersRequest(), timeout=ANSWER_SECONDS, metadata=self._metadata)
        response: node_pb2.ListPeersResponse = await self._ask(call)
        return list(response.peers)

    async def functions(self) -> list[node_pb2.Function]:
        """What can be called there."""
        request = node_pb2.ListFunctionsRequest()
        call = self._nodes.ListFunctions(request, timeout=ANSWER_SECONDS, metadata=self._metadata)
        response: node_pb2.ListFunctionsResponse = await self._ask(call)
        return list(response.functions)

    async def token(self, cookie: Cookie) -> list[tuple[str, str]]:
        """The metadata that lets this node's RpcService serve one call, within a minute."""
        return cookie.prove(Claim.make("cli", *await self._boot()))

    async def backup(self, cookie: Cookie) -> AsyncIterator[bytes]:
        """The node's whole store as of one moment, a database file of SQLite, piece after piece."""
        claim = Claim.make("cli", *await self._boot())
        call = self._stores.Backup(store_pb2.BackupRequest(), metadata=cookie.prove(claim))
        try:
            metadata = {key: str(value) for key, value in await call.initial_metadata()}
            if ANSWER_KEY in metadata:  # else it has refused, and says why
                cookie.check_answer(claim, metadata)
            async for response in call:
                yield response.data
        except aio.AioRpcError as error:
            raise self._translated(error) from error
        finally:
            call.cancel()  # for whoever takes no more of it

    async def check_store(self, cookie: Cookie) -> store_pb2.CheckResponse:
        """What is in the node's store; NodeError when any of it is damaged."""
        claim = Claim.make("cli", *await self._boot())
        return await self._ask(self._stores.Check(store_pb2.CheckRequest(), metadata=cookie.prove(claim)))

    async def _boot(self) -> tuple[str, str]:
        node = await self.node()
        return node.name, node.boot_id

    async def _call(self, verb: str, function: str, args: tuple[Any, ...], returns: Any) -> Any:
        module, _, name = function.partition(":")
        texts = ",".join(one_line(term_of(arg)) for arg in args)
        response = await self._run(f"{verb} {atom_text(module)}:{atom_text(name)}({texts})")
        outcome = response.WhichOneof("outcome")
        if outcome == "failure":
            raise decode_failure(response.failure)
        if outcome == "parse_error":
            raise ParseError(wire.decode(response.parse_error))
        if outcome == "call_error":
            raise _CALL_ERRORS[response.call_error](response.reply)
        term = wire.decode(response.value)
        try:
            return value_of(term, returns)
        except Failure as failure:
            raise ResultError(f"{function} gave {term!r:.200}, not {returns}") from failure

    async def _run(self, command: str, timeout: float = ANSWER_SECONDS) -> console_pb2.RunResponse:
        request = console_pb2.RunRequest(command=command)
        return await self._ask(self._console.Run(request, timeout=timeout, metadata=self._metadata))

    async def _ask(self, call: Awaitable[T]) -> T:
        try:
            return await call
        except aio.AioRpcError as error:
            raise self._translated(error) from error

    def _translated(self, error: aio.AioRpcError) -> NodeError:
        return _STATUS_ERRORS.get(error.code(), NodeError)(f"{self._target}: {error.details()}")
