"""Calls and their outcomes, as values and as protobuf."""

from erlang_docker import wire
from erlang_docker.errors import Busy, NotSent
from erlang_docker.v1 import rpc_pb2
from otp.errors import ErlangError, Failure, FailureClass
from otp.terms.read.mfa import MFA
from otp.terms.types import Term

_CLASSES: dict[FailureClass, rpc_pb2.FailureClass] = {
    "error": rpc_pb2.FAILURE_CLASS_ERROR,
    "exit": rpc_pb2.FAILURE_CLASS_EXIT,
    "throw": rpc_pb2.FAILURE_CLASS_THROW,
}
_KINDS = {number: kind for kind, number in _CLASSES.items()}


def encode_call(mfa: MFA, request: rpc_pb2.CallRequest) -> None:
    """Fill in a request."""
    request.module = mfa.module
    request.function = mfa.function
    for argument in mfa.args:
        wire.encode(argument, request.arguments.add())


def decode_call(request: rpc_pb2.CallRequest) -> MFA:
    """The call a request asks for."""
    return MFA(request.module, request.function, tuple(map(wire.decode, request.arguments)))


def encode_value(value: Term, response: rpc_pb2.CallResponse) -> None:
    """Fill in what a function returned."""
    wire.encode(value, response.value)


def encode_error(error: ErlangError, response: rpc_pb2.CallResponse) -> None:
    """Fill in why there is no value: a failure of the function, or the refusal to run it."""
    if isinstance(error, Failure):
        response.failure.failure_class = _CLASSES[error.kind]
        wire.encode(error.reason, response.failure.reason)  # type: ignore[arg-type]
    else:
        response.refusal = rpc_pb2.REFUSAL_BUSY if isinstance(error, Busy) else rpc_pb2.REFUSAL_DRAINING


def decode_response(response: rpc_pb2.CallResponse) -> Term:
    """The value; raises Failure when the function failed, Busy or NotSent when it did not run."""
    outcome = response.WhichOneof("outcome")
    if outcome == "value":
        return wire.decode(response.value)
    if outcome == "failure":
        raise Failure(_KINDS[response.failure.failure_class], wire.decode(response.failure.reason))
    if response.refusal == rpc_pb2.REFUSAL_BUSY:
        raise Busy
    raise NotSent
