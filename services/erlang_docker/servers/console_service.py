"""`ConsoleService`: a command over gRPC, its reply, and the way it took."""

from collections.abc import Callable, Mapping

from erlang_docker.console.command_spans import CommandSpans
from erlang_docker.console.commands import Commands
from erlang_docker.errors import Forbidden
from erlang_docker.metrics.labels import GRPC
from erlang_docker.rpc_status import ServicerContext, refuse
from erlang_docker.servers.call_login import CallLogin
from erlang_docker.servers.replies import Replies
from erlang_docker.tokens import Role
from erlang_docker.trace import Trace
from erlang_docker.v1 import console_pb2, console_pb2_grpc
from erlang_docker.v1.error_pb2 import ERROR_REASON_TOKEN_IS_FOR_READING


class ConsoleServicer(console_pb2_grpc.ConsoleServiceServicer):
    """`ConsoleService`."""

    def __init__(
        self,
        consoles: Mapping[Role, Commands],
        replies: Replies,
        login: CallLogin,
        spans: CommandSpans,
        count_steps: Callable[[Trace], None],
    ) -> None:
        self._consoles = consoles
        self._replies = replies
        self._login = login
        self._spans = spans
        self._count_steps = count_steps

    async def Run(self, request: console_pb2.RunRequest, context: ServicerContext) -> console_pb2.RunResponse:  # noqa: N802
        """One command; PERMISSION_DENIED where other doors say `{error,eacces}`."""
        console = self._consoles[await self._login.role(context)]
        metadata = dict(context.invocation_metadata() or ())
        trace, reply = self._spans.begin(str(metadata.get("traceparent", request.traceparent))), None
        try:
            reply = await console.run(request.command, GRPC, trace)
            if isinstance(reply.outcome, Forbidden):
                await refuse(context, ERROR_REASON_TOKEN_IS_FOR_READING, f"{reply.text}: {reply.outcome}")
            response = await self._replies.encode(reply, trace)
            self._count_steps(trace)
            return response
        finally:
            self._spans.end(trace, request.command, reply)
