"""Calls and their outcomes, as values and as protobuf."""

from collections.abc import Callable
from typing import TypeAlias

from erlang_docker import wire
from erlang_docker.call import MAX_HOPS, MAX_WIDTH, Call
from erlang_docker.errors import Busy, NodeDown, NotSent
from erlang_docker.link.framing import MAX_CONTENT_BYTES
from erlang_docker.v1 import rpc_pb2
from otp.errors import Failure, FailureClass
from otp.terms.read.mfa import MFA
from otp.terms.types import BADARG, SYSTEM_LIMIT, Term

Outcome: TypeAlias = Term | Failure | Busy | NotSent
"""What came of a call that was answered: a value, the function's failure, or the refusal to run it."""

_CLASSES: dict[FailureClass, rpc_pb2.FailureClass] = {
    "error": rpc_pb2.FAILURE_CLASS_ERROR,
    "exit": rpc_pb2.FAILURE_CLASS_EXIT,
    "throw": rpc_pb2.FAILURE_CLASS_THROW,
}
_KINDS = {number: kind for kind, number in _CLASSES.items()}


def encode_call(call: Call, request: rpc_pb2.CallRequest) -> None:
    """Fill in a request; Failure `system_limit` for arguments that are nested too deep or too long."""
    request.module = call.mfa.module
    request.function = call.mfa.function
    request.hops = call.hops
    request.width = call.width
    if traceparent := call.traceparent:
        request.traceparent = traceparent
    for argument in call.mfa.args:
        wire.encode(argument, request.arguments.add())
    if request.ByteSize() > MAX_CONTENT_BYTES:
        raise Failure("error", SYSTEM_LIMIT)


def decode_call(request: rpc_pb2.CallRequest, caller: str, timeout: float) -> Call:
    """The call a request asks for.

    Failure `badarg` where an argument is not a term, `system_limit` when it is too many hops from its command.
    """
    try:
        args = tuple(map(wire.decode, request.arguments))
    except ValueError as error:
        raise Failure("error", BADARG) from error
    if request.hops > MAX_HOPS:
        raise Failure("error", SYSTEM_LIMIT)
    mfa = MFA(request.module, request.function, args)
    width = min(request.width or MAX_WIDTH, MAX_WIDTH)
    return Call.begin(mfa, caller, timeout, request.hops, width, request.traceparent)


def encode_outcome(outcome: Outcome, response: rpc_pb2.CallResponse, on_bug: Callable[[Exception], Failure]) -> None:
    """Fill in an answer, whatever the outcome is: the link is shared, so a bad value may cost its own call only.

    What is nested too deep or too long becomes `system_limit`, what is not a term the failure that `on_bug` gives.
    """
    try:
        _encode(outcome, response)
        if response.ByteSize() > MAX_CONTENT_BYTES:
            raise Failure("error", SYSTEM_LIMIT)
    except Failure as failure:
        _replace(response, failure)
    except Exception as error:
        _replace(response, on_bug(error))


def _replace(response: rpc_pb2.CallResponse, failure: Failure) -> None:
    response.Clear()
    encode_failure(failure, response.failure)


def _encode(outcome: Outcome, response: rpc_pb2.CallResponse) -> None:
    if isinstance(outcome, Failure):
        encode_failure(outcome, response.failure)
    elif isinstance(outcome, Busy):
        response.refusal = rpc_pb2.REFUSAL_BUSY
    elif isinstance(outcome, NotSent):
        response.refusal = rpc_pb2.REFUSAL_DRAINING
    else:
        wire.encode(outcome, response.value)


def encode_failure(failure: Failure, message: rpc_pb2.Failure) -> None:
    """Fill in a failure; itself a Failure `system_limit` when the reason is nested too deep."""
    message.failure_class = _CLASSES[failure.kind]
    wire.encode(failure.reason, message.reason)


def decode_failure(message: rpc_pb2.Failure) -> Failure:
    """The failure of a function."""
    return Failure(_KINDS[message.failure_class], wire.decode(message.reason))


def decode_response(response: rpc_pb2.CallResponse) -> Term:
    """The value; raises Failure when the function failed, Busy or NotSent when it did not run.

    NodeDown for an answer that Erlang has not: something ran, and nobody knows what came of it.
    """
    try:
        return _decode_response(response)
    except (ValueError, KeyError) as error:
        raise NodeDown(f"the answer is none: {error}") from error


def _decode_response(response: rpc_pb2.CallResponse) -> Term:
    outcome = response.WhichOneof("outcome")
    if outcome == "value":
        return wire.decode(response.value)
    if outcome == "failure":
        raise decode_failure(response.failure)
    if response.refusal == rpc_pb2.REFUSAL_BUSY:
        raise Busy
    raise NotSent("the node is stopping")
