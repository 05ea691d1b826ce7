"""The gRPC channel to one node, and what a failed one means."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import grpc
from grpc import aio

from erlang_docker.addresses import Address
from erlang_docker.credentials import TLS
from erlang_docker.errors import NotSent
from erlang_docker.link.framing import MAX_MESSAGE_BYTES

CONNECT_SECONDS = 0.5


_OPTIONS: list[tuple[str, int]] = [
    # A new channel to an address must not inherit the back-off of an old one (grpc/grpc#21240).
    ("grpc.use_local_subchannel_pool", 1),
    # Whether a call may run twice is decided by the caller, who knows the function.
    ("grpc.enable_retries", 0),
    ("grpc.service_config_disable_resolution", 1),
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.min_reconnect_backoff_ms", 1000),
    ("grpc.max_reconnect_backoff_ms", 1000),
    # A machine that vanishes sends neither FIN nor RST; only pings notice.
    ("grpc.keepalive_time_ms", 10_000),
    ("grpc.keepalive_timeout_ms", 2_000),
    ("grpc.keepalive_permit_without_calls", 1),
    ("grpc.http2.max_pings_without_data", 0),
    ("grpc.max_receive_message_length", MAX_MESSAGE_BYTES),
    ("grpc.max_send_message_length", MAX_MESSAGE_BYTES),
]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An address, and whether TLS is spoken there."""

    address: Address
    tls: bool

    @property
    def security(self) -> str:
        """`tls` or `plaintext`."""
        return "tls" if self.tls else "plaintext"


async def connect(address: Address, host_name: str, tls: TLS | None) -> aio.Channel:
    """A channel that is connected; NotSent when it is not in time. With TLS the certificate must be of this host."""
    host = f"[{address.host}]" if ":" in address.host else address.host
    family = "ipv6" if ":" in address.host else "ipv4"
    channel = open_channel(f"{family}:{host}:{address.port}", host_name, tls, _OPTIONS)
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            await _ready(channel)
    except (TimeoutError, ConnectionError) as error:
        await channel.close()
        raise NotSent(f"no connection to {address}") from error
    return channel


def open_channel(
    target: str, host_name: str, tls: TLS | None, options: Sequence[tuple[str, int | str]] = ()
) -> aio.Channel:
    """A channel, not yet connected; `host_name` is the authority, whatever address is dialled."""
    # HTTP_PROXY in a pod must not divert the way to a node.
    options = [*options, ("grpc.default_authority", host_name), ("grpc.enable_http_proxy", 0)]
    if tls is None:
        return aio.insecure_channel(target, options=options)
    credentials = grpc.ssl_channel_credentials(tls.authority, tls.key, tls.certificate)
    return aio.secure_channel(target, credentials, options=options)


async def _ready(channel: aio.Channel) -> None:
    """Unlike `channel_ready()`, gives up at the first refusal: the next pick knows better than the next try."""
    state = channel.get_state(try_to_connect=True)
    while state is not grpc.ChannelConnectivity.READY:
        if state is grpc.ChannelConnectivity.TRANSIENT_FAILURE:
            raise ConnectionRefusedError
        await channel.wait_for_state_change(state)
        state = channel.get_state()
