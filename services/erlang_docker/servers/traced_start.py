"""Commands of the WebSocket that are plain text, with spans where they are sampled: nothing else is told of them."""

import asyncio

from erlang_docker.console.command_spans import CommandSpans
from erlang_docker.console.commands import Commands
from erlang_docker.console.reply import Reply
from erlang_docker.metrics.labels import WEBSOCKET
from erlang_docker.servers.timed_messages import TimedMessages
from erlang_docker.trace import Trace
from erlang_docker.trace_context import TraceContext


class TracedStart:
    """Of one socket: what starts a command, in place of the console's own."""

    def __init__(self, console: Commands, messages: TimedMessages, spans: CommandSpans) -> None:
        self._console = console
        self._messages = messages
        self._spans = spans
        self._bound = spans.bound

    def start(self, command: str) -> Reply | asyncio.Task[Reply]:
        """The reply, or a task of it when something has to be waited for."""
        span = TraceContext.begin_sampled(self._bound)
        if span is None:  # as most are
            return self._console.start(command, WEBSOCKET)
        trace = Trace(span, arrived=self._messages.arrived, recorded=True)
        reply = self._console.start(command, WEBSOCKET, trace)
        if isinstance(reply, Reply):
            self._spans.end(trace, command, reply)
        else:
            reply.add_done_callback(lambda task: self._end(trace, command, task))
        return reply

    def _end(self, trace: Trace, command: str, task: asyncio.Task[Reply]) -> None:
        failed = task.cancelled() or task.exception() is not None
        self._spans.end(trace, command, None if failed else task.result())
