"""The spans of commands: for the doors, which know when a command came, and when all of its reply was made."""

from erlang_docker.console.reply import Reply
from erlang_docker.trace import CANCELLED, Trace
from erlang_docker.tracing.spans import Spans, error_type

VERBS = ("node", "mfa", "rpc")


class CommandSpans:
    """Of the commands of one door."""

    def __init__(self, spans: Spans, door: str) -> None:
        self.bound = spans.bound
        """Of the trace ids of commands that come without a trace: those below it are sampled."""
        self._spans = spans
        self._door = door

    def begin(self, traceparent: str, arrived: float | None = None) -> Trace:
        """The trace of a command whose client is told its way, within the trace that the client gives."""
        return self._spans.begin(traceparent, arrived)

    def end(self, trace: Trace, command: str, reply: Reply | None) -> None:
        """The reply is made; None: the client left before."""
        if trace.steps is None:
            return
        if reply is None:
            trace.abandon()
        else:
            trace.lap("print")
        word = command.partition(" ")[0]
        verb = word if word in VERBS else "echo"
        told = (("erlang_docker.door", self._door), ("erlang_docker.verb", verb))
        self._spans.end(trace, verb, "server", told, _error(reply))


def _error(reply: Reply | None) -> str:
    if reply is None:
        return CANCELLED
    return error_type(reply.outcome) if isinstance(reply.outcome, Exception) else ""
