"""How a call of gRPC is refused: with a status, a message for people, and a reason for programs.

The reason is a `google.rpc.ErrorInfo` in `google.rpc.Status`, in the trailer `grpc-status-details-bin`
(https://google.aip.dev/193), whatever the call was and whoever refuses it.
"""

from typing import Any, NoReturn, TypeAlias

from google.rpc.error_details_pb2 import ErrorInfo
from google.rpc.status_pb2 import Status
from grpc import StatusCode, aio

from erlang_docker.v1 import error_pb2
from erlang_docker.v1.error_pb2 import ErrorReason

ServicerContext: TypeAlias = aio.ServicerContext[Any, Any]

CODES = {
    error_pb2.ERROR_REASON_TOKEN_REFUSED: StatusCode.UNAUTHENTICATED,
    error_pb2.ERROR_REASON_TOKEN_IS_FOR_READING: StatusCode.PERMISSION_DENIED,
    error_pb2.ERROR_REASON_PROOF_REFUSED: StatusCode.UNAUTHENTICATED,
    error_pb2.ERROR_REASON_CERTIFICATE_REFUSED: StatusCode.PERMISSION_DENIED,
    error_pb2.ERROR_REASON_WRONG_NODE: StatusCode.FAILED_PRECONDITION,
    error_pb2.ERROR_REASON_FUNCTION_TIMEOUT: StatusCode.DEADLINE_EXCEEDED,
    error_pb2.ERROR_REASON_TOO_MANY_STREAMS: StatusCode.RESOURCE_EXHAUSTED,
    error_pb2.ERROR_REASON_STREAM_EXPIRED: StatusCode.UNAVAILABLE,
    error_pb2.ERROR_REASON_STOPPING: StatusCode.UNAVAILABLE,
    error_pb2.ERROR_REASON_REQUEST_INCOMPLETE: StatusCode.DEADLINE_EXCEEDED,
    error_pb2.ERROR_REASON_REQUEST_UNREADABLE: StatusCode.INTERNAL,
    error_pb2.ERROR_REASON_PAGE_INVALID: StatusCode.INVALID_ARGUMENT,
    error_pb2.ERROR_REASON_COPY_UNAVAILABLE: StatusCode.RESOURCE_EXHAUSTED,
    error_pb2.ERROR_REASON_STORE_DAMAGED: StatusCode.DATA_LOSS,
    error_pb2.ERROR_REASON_COPY_NOT_READ: StatusCode.DEADLINE_EXCEEDED,
    error_pb2.ERROR_REASON_FAULT_SWITCH: StatusCode.UNAVAILABLE,
}
"""What each reason is to clients that know no reasons; `error.proto` says it too."""

_DOMAIN = "erlang-docker"
_PREFIX = "ERROR_REASON_"


async def refuse(context: ServicerContext, reason: ErrorReason, message: str, **metadata: str) -> NoReturn:
    """End the call; `metadata` is what the message says besides, for programs."""
    code = CODES[reason]
    status = Status(code=code.value[0], message=message)
    name = ErrorReason.Name(reason).removeprefix(_PREFIX)
    status.details.add().Pack(ErrorInfo(reason=name, domain=_DOMAIN, metadata=metadata))
    await context.abort(code, message, (("grpc-status-details-bin", status.SerializeToString()),))
    raise AssertionError("abort raises")
