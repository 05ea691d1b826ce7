"""`NodeService`: which node this is, its links, its functions, and what it sees of all nodes."""

from collections.abc import Callable, Iterable
from typing import NoReturn

from google.protobuf.timestamp_pb2 import Timestamp

from erlang_docker.cluster.status import kind_number, state_number
from erlang_docker.cluster.view import ClusterView
from erlang_docker.functions.table import Export
from erlang_docker.identity import Identity
from erlang_docker.link.link import Link
from erlang_docker.rpc_status import ServicerContext, refuse
from erlang_docker.servers.call_login import CallLogin
from erlang_docker.servers.function_list import list_functions
from erlang_docker.servers.pages import PageError, page
from erlang_docker.servers.streams import StreamLimit
from erlang_docker.v1 import node_pb2, node_pb2_grpc
from erlang_docker.v1.error_pb2 import ERROR_REASON_PAGE_INVALID, ERROR_REASON_STOPPING


class NodeServicer(node_pb2_grpc.NodeServiceServicer):
    """Tells anybody which node this is and how it does, and who may use the console what it knows of others."""

    def __init__(
        self,
        identity: Identity,
        links: Iterable[Link],
        table: Iterable[Export],
        view: ClusterView,
        streams: Callable[[], StreamLimit],
        login: CallLogin,
    ) -> None:
        self._identity = identity
        self._links = links
        self._table = table
        self._view = view
        self._login = login
        # Whoever looks at the cluster takes no place of the nodes that look at this one.
        self._streams, self._status_streams = streams(), streams()

    async def GetNode(self, request: node_pb2.GetNodeRequest, context: ServicerContext) -> node_pb2.GetNodeResponse:  # noqa: N802
        """Which node this is."""
        identity = self._identity
        return node_pb2.GetNodeResponse(
            name=str(identity.name),
            kind=kind_number(identity.name),
            boot_id=identity.boot_id,
            boot_epoch=identity.boot_epoch,
            start_time=_timestamp(identity.start_time),
            state=state_number(identity),
            version=identity.version,
            short_name=identity.name.short,
        )

    async def WatchStatus(self, request: node_pb2.WatchStatusRequest, context: ServicerContext) -> None:  # noqa: N802
        """What this node does, until the client has enough or the node stops."""
        async with self._status_streams.hold(context):
            async for status in self._view.own():
                await context.write(node_pb2.WatchStatusResponse(status=status))
            await _stopping(context)

    async def WatchCluster(self, request: node_pb2.WatchClusterRequest, context: ServicerContext) -> None:  # noqa: N802
        """Snapshots, until the client has enough or the node stops."""
        await self._login.role(context)
        async with self._streams.hold(context), self._view.watch() as snapshots:
            async for snapshot in snapshots:
                await context.write(snapshot.response)
            await _stopping(context)

    async def ListPeers(  # noqa: N802
        self, request: node_pb2.ListPeersRequest, context: ServicerContext
    ) -> node_pb2.ListPeersResponse:
        """The links."""
        await self._login.role(context)
        everyone = sorted(self._links, key=lambda link: str(link.node))
        try:
            links, token = page(everyone, request.page_size, request.page_token)
        except PageError as error:
            await refuse(context, ERROR_REASON_PAGE_INVALID, str(error))
        return node_pb2.ListPeersResponse(peers=map(_peer, links), next_page_token=token)

    async def ListFunctions(  # noqa: N802
        self, request: node_pb2.ListFunctionsRequest, context: ServicerContext
    ) -> node_pb2.ListFunctionsResponse:
        """The function table."""
        await self._login.role(context)
        response = list_functions(self._table, request.origins)
        try:
            functions, token = page(response.functions, request.page_size, request.page_token)
        except PageError as error:
            await refuse(context, ERROR_REASON_PAGE_INVALID, str(error))
        return node_pb2.ListFunctionsResponse(functions=functions, next_page_token=token)


async def _stopping(context: ServicerContext) -> NoReturn:
    await refuse(context, ERROR_REASON_STOPPING, "the node is stopping")


def _peer(link: Link) -> node_pb2.Peer:
    return node_pb2.Peer(
        name=str(link.node),
        boot_id=link.boot_id,
        address=str(link.address),
        connect_time=_timestamp(link.connect_time),
        call_count=link.calls,
        route=link.route,
    )


def _timestamp(seconds: float) -> Timestamp:
    timestamp = Timestamp()
    timestamp.FromNanoseconds(int(seconds * 1e9))
    return timestamp
