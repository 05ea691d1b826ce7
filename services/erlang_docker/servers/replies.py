"""Replies of the console as `ConsoleService.Run` gives them, with the outcome for programs."""

from erlang_docker import wire
from erlang_docker.console import Outcome, Reply
from erlang_docker.errors import Busy, CallError, CallTimeout, NodeDown, NotSent
from erlang_docker.link.framing import MAX_CONTENT_BYTES
from erlang_docker.link.messages import encode_failure
from erlang_docker.v1 import console_pb2
from otp.errors import Failure, ParseError
from otp.terms.types import SYSTEM_LIMIT

CALL_ERRORS: tuple[tuple[type[CallError], console_pb2.CallError], ...] = (
    (NotSent, console_pb2.CALL_ERROR_NOT_SENT),
    (NodeDown, console_pb2.CALL_ERROR_NODE_DOWN),
    (CallTimeout, console_pb2.CALL_ERROR_TIMEOUT),
    (Busy, console_pb2.CALL_ERROR_BUSY),
)
"""From the special to the general."""


def encode_reply(reply: Reply) -> console_pb2.RunResponse:
    """The text always; the outcome is `system_limit` where the value is nested too deep or too long to be sent."""
    response = console_pb2.RunResponse()
    try:
        if reply.outcome is not None:
            _encode(reply.outcome, response)
        if response.ByteSize() > MAX_CONTENT_BYTES:
            raise Failure("error", SYSTEM_LIMIT)
    except Failure as failure:
        response.Clear()
        encode_failure(failure, response.failure)
    response.reply = reply.text
    return response


def _encode(outcome: Outcome, response: console_pb2.RunResponse) -> None:
    if isinstance(outcome, Failure):
        encode_failure(outcome, response.failure)
    elif isinstance(outcome, ParseError):
        wire.encode(outcome.reason, response.parse_error)
    elif isinstance(outcome, CallError):
        response.call_error = next(number for kind, number in CALL_ERRORS if isinstance(outcome, kind))
    else:
        wire.encode(outcome, response.value)
