"""gRPC on 50051: the four services of `erlang_docker.v1`, health and reflection."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import grpc
from grpc import aio
from grpc_health.v1 import health, health_pb2_grpc

from erlang_docker.addresses import Address, GrpcPorts
from erlang_docker.credentials import TLS
from erlang_docker.limits import Limits
from erlang_docker.link.framing import MAX_MESSAGE_BYTES
from erlang_docker.link.servicer import RpcServicer
from erlang_docker.servers.console_service import ConsoleServicer
from erlang_docker.servers.grpc_paths import make_server
from erlang_docker.servers.half_calls import HalfCalls
from erlang_docker.servers.health import Health
from erlang_docker.servers.node_service import NodeServicer
from erlang_docker.servers.reflection import Reflection
from erlang_docker.servers.refusals import Refusals
from erlang_docker.servers.store_servicer import StoreServicer
from erlang_docker.servers.streams import StreamLimit
from erlang_docker.v1 import (
    console_pb2,
    console_pb2_grpc,
    node_pb2,
    node_pb2_grpc,
    rpc_pb2,
    rpc_pb2_grpc,
    store_pb2,
    store_pb2_grpc,
)

MAX_CONCURRENT_RPCS = 2000
"""Well above the calls and commands that a node takes: who is refused is to be told so by it, with `{error,busy}`."""
MAX_PENDING_RPCS = 10_000
IDLE_MS = 60_000
"""For a connection without calls. A link has one as long as it lives."""
STOP_SECONDS = 10.0
"""Every call ends sooner, by its deadline; this is for streams whose clients do not let go."""
SERVICES = tuple(
    module.DESCRIPTOR.services_by_name[name].full_name
    for module, name in (
        (rpc_pb2, "RpcService"),
        (console_pb2, "ConsoleService"),
        (node_pb2, "NodeService"),
        (store_pb2, "StoreService"),
    )
)

_OPTIONS = [
    # The key is not `min_recv_ping_interval_without_data_ms`, whatever its macro is called (vllm-project/vllm#55102).
    ("grpc.http2.min_ping_interval_without_data_ms", 5000),
    ("grpc.keepalive_permit_without_calls", 1),
    # A caller that vanishes says no goodbye, and its link would stay for the two hours that gRPC waits to ask.
    ("grpc.keepalive_time_ms", 20_000),
    ("grpc.keepalive_timeout_ms", 10_000),
    ("grpc.http2.max_pings_without_data", 0),
    # Nodes ping every 10 s, and any client may every 5 s; who goes on pinging faster is cut off.
    ("grpc.http2.max_ping_strikes", 2),
    ("grpc.max_receive_message_length", MAX_MESSAGE_BYTES),
    ("grpc.max_send_message_length", MAX_MESSAGE_BYTES),
    ("grpc.max_metadata_size", 8192),
    # Calls that have come and are not begun. Beyond it gRPC cancels some without a word.
    ("grpc.server.max_pending_requests", MAX_PENDING_RPCS),
    ("grpc.server.max_pending_requests_hard_limit", MAX_PENDING_RPCS),
    # Two processes must not share a port in silence.
    ("grpc.so_reuseport", 0),
    ("grpc.server_handshake_timeout_ms", 5000),
    ("grpc.max_connection_idle_ms", IDLE_MS),
]


@dataclass(frozen=True, slots=True)
class Servicers:
    """What the port serves, besides reflection."""

    rpc: RpcServicer
    console: ConsoleServicer
    node: NodeServicer
    store: StoreServicer
    health: Health

    def add_to(self, server: aio.Server) -> None:
        rpc_pb2_grpc.add_RpcServiceServicer_to_server(self.rpc, server)
        console_pb2_grpc.add_ConsoleServiceServicer_to_server(self.console, server)
        node_pb2_grpc.add_NodeServiceServicer_to_server(self.node, server)
        store_pb2_grpc.add_StoreServiceServicer_to_server(self.store, server)
        health_pb2_grpc.add_HealthServicer_to_server(self.health, server)


@asynccontextmanager
async def serve_grpc(
    servicers: Servicers,
    limits: Limits,
    refusals: Refusals,
    host: str,
    ports: GrpcPorts,
    tls: Callable[[], TLS] | None,
) -> AsyncIterator[GrpcPorts]:
    """Listen until the context ends, then let calls finish; gives the ports. OSError when a port is taken.

    `tls` is asked for the certificate at every connection.
    """
    options = [*_OPTIONS, ("grpc.max_allowed_incoming_connections", limits.grpc_connections)]
    server = make_server(
        interceptors=(HalfCalls(limits, refusals),),
        options=options,
        maximum_concurrent_rpcs=MAX_CONCURRENT_RPCS,
    )
    servicers.add_to(server)
    Reflection((*SERVICES, health.SERVICE_NAME), StreamLimit(limits, refusals)).add_to(server)
    bound = GrpcPorts(
        None if ports.plaintext is None else _bind(server, Address(host, ports.plaintext), None),
        None if ports.tls is None else _bind(server, Address(host, ports.tls), tls),
    )
    await server.start()
    try:
        yield bound
    finally:
        servicers.rpc.drain()
        await server.stop(STOP_SECONDS)


def _bind(server: aio.Server, address: Address, tls: Callable[[], TLS] | None) -> int:
    try:
        if tls is None:
            return int(server.add_insecure_port(str(address)))
        return int(server.add_secure_port(str(address), _credentials(tls)))
    except RuntimeError as error:
        raise OSError(f"gRPC cannot listen on {address}") from error


def _credentials(tls: Callable[[], TLS]) -> grpc.ServerCredentials:
    """With TLS only clients with a certificate of the same authority are served."""
    served = tls()

    def changed() -> grpc.ServerCertificateConfiguration | None:
        """What gRPC asks at each connection, in a thread of its own and one at a time; None: still the same.

        Never an exception: gRPC would serve the certificate from before, without a word.
        """
        nonlocal served
        current = tls()
        if current is served:
            return None
        served = current
        return _configuration(current)

    return grpc.dynamic_ssl_server_credentials(_configuration(served), changed, require_client_authentication=True)


def _configuration(tls: TLS) -> grpc.ServerCertificateConfiguration:
    return grpc.ssl_server_certificate_configuration([(tls.key, tls.certificate)], tls.authority)
