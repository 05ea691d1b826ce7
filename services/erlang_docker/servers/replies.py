"""Replies of the console as `ConsoleService.Run` gives them: with the outcome, and the way of the command."""

from functools import lru_cache

from erlang_docker import wire
from erlang_docker.console.reply import Outcome, Reply
from erlang_docker.errors import Busy, CallError, CallTimeout, Forbidden, NodeDown, NotSent
from erlang_docker.identity import Identity
from erlang_docker.link.framing import MAX_CONTENT_BYTES
from erlang_docker.link.messages import encode_failure
from erlang_docker.names import NodeName
from erlang_docker.trace import Boot, Trace
from erlang_docker.v1 import console_pb2, node_pb2
from otp.errors import Failure, ParseError
from otp.terms.types import SYSTEM_LIMIT

CALL_ERRORS: tuple[tuple[type[CallError], console_pb2.CallError], ...] = (
    (NotSent, console_pb2.CALL_ERROR_NOT_SENT),
    (NodeDown, console_pb2.CALL_ERROR_NODE_DOWN),
    (CallTimeout, console_pb2.CALL_ERROR_TIMEOUT),
    (Busy, console_pb2.CALL_ERROR_BUSY),
    (Forbidden, console_pb2.CALL_ERROR_FORBIDDEN),
)
"""From the special to the general."""


def encode_reply(reply: Reply, trace: Trace, identity: Identity) -> console_pb2.RunResponse:
    """The text always; the outcome is `system_limit` where the value is nested too deep or too long to be sent.

    Ends the trace: what comes before the bytes are made is the print.
    """
    response = console_pb2.RunResponse()
    try:
        _encode(reply.outcome, response)
        if response.ByteSize() > MAX_CONTENT_BYTES:
            raise Failure("error", SYSTEM_LIMIT)
    except Failure as failure:
        response.Clear()
        encode_failure(failure, response.failure)
    response.reply = reply.text
    trace.lap("print")
    _encode_trace(trace, identity, response.trace)
    return response


def _encode(outcome: Outcome | None, response: console_pb2.RunResponse) -> None:
    if outcome is None:
        response.echoed = True
    elif isinstance(outcome, Failure):
        encode_failure(outcome, response.failure)
    elif isinstance(outcome, ParseError):
        wire.encode(outcome.reason, response.parse_error)
    elif isinstance(outcome, CallError):
        response.call_error = _number(outcome)
    else:
        wire.encode(outcome, response.value)


def _number(error: CallError) -> console_pb2.CallError:
    return next(number for kind, number in CALL_ERRORS if isinstance(error, kind))


def _encode_trace(trace: Trace, identity: Identity, message: console_pb2.Trace) -> None:
    own = Boot(str(identity.name), identity.boot_id, identity.boot_epoch)
    message.trace_id = trace.trace_id
    message.asked.CopyFrom(_node_boot(own))
    message.answered.CopyFrom(_node_boot(trace.answered or own))
    for attempt in trace.attempts:
        added = message.attempts.add(microseconds=_microseconds(attempt.seconds))
        if attempt.boot is not None:
            added.node.CopyFrom(_node_boot(attempt.boot))
        if attempt.error is not None:
            added.call_error = _number(attempt.error)
    steps = {step: _microseconds(seconds) for step, seconds in trace.seconds.items()}
    total = sum(steps.values())
    if not trace.run_is_known:
        del steps["run"]
    message.microseconds.MergeFrom(console_pb2.Microseconds(total=total, **steps))


@lru_cache(100)
def _node_boot(boot: Boot) -> node_pb2.NodeBoot:
    """Made once for each boot, as many replies name the same."""
    short = NodeName.parse(boot.node).short
    return node_pb2.NodeBoot(name=boot.node, short_name=short, boot_id=boot.boot_id, boot_epoch=boot.epoch)


def _microseconds(seconds: float) -> int:
    return round(seconds * 1e6)
