"""The login of gRPC: a token in the metadata of each call."""

from urllib.parse import unquote

from erlang_docker.errors import Unauthenticated
from erlang_docker.rpc_status import ServicerContext, refuse
from erlang_docker.servers.login import Login
from erlang_docker.tokens import Role
from erlang_docker.v1.error_pb2 import ERROR_REASON_TOKEN_REFUSED


class CallLogin:
    """`authorization: Bearer TOKEN`, as at the other doors."""

    def __init__(self, login: Login) -> None:
        self._login = login

    async def role(self, context: ServicerContext) -> Role:
        """The caller's; without one the call ends here, with UNAUTHENTICATED."""
        if self._login.tokens is None:
            return Role.RUN
        metadata = dict(context.invocation_metadata() or ())
        try:
            return await self._login.check(str(metadata.get("authorization", "")), address_of(context.peer()))
        except Unauthenticated as error:
            await refuse(context, ERROR_REASON_TOKEN_REFUSED, str(error))


def address_of(peer: str) -> str:
    """`192.0.2.1` of gRPC's `ipv4:192.0.2.1:50000`, `2001:db8::1` of `ipv6:%5B2001:db8::1%5D:50000`."""
    return unquote(peer).partition(":")[2].rpartition(":")[0].strip("[]")
