from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from typing import ClassVar as _ClassVar

DESCRIPTOR: _descriptor.FileDescriptor

class ErrorReason(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ERROR_REASON_UNSPECIFIED: _ClassVar[ErrorReason]
    ERROR_REASON_TOKEN_REFUSED: _ClassVar[ErrorReason]
    ERROR_REASON_TOKEN_IS_FOR_READING: _ClassVar[ErrorReason]
    ERROR_REASON_PROOF_REFUSED: _ClassVar[ErrorReason]
    ERROR_REASON_CERTIFICATE_REFUSED: _ClassVar[ErrorReason]
    ERROR_REASON_WRONG_NODE: _ClassVar[ErrorReason]
    ERROR_REASON_FUNCTION_TIMEOUT: _ClassVar[ErrorReason]
    ERROR_REASON_TOO_MANY_STREAMS: _ClassVar[ErrorReason]
    ERROR_REASON_STREAM_EXPIRED: _ClassVar[ErrorReason]
    ERROR_REASON_STOPPING: _ClassVar[ErrorReason]
    ERROR_REASON_REQUEST_INCOMPLETE: _ClassVar[ErrorReason]
    ERROR_REASON_REQUEST_UNREADABLE: _ClassVar[ErrorReason]
    ERROR_REASON_PAGE_INVALID: _ClassVar[ErrorReason]
    ERROR_REASON_COPY_UNAVAILABLE: _ClassVar[ErrorReason]
    ERROR_REASON_STORE_DAMAGED: _ClassVar[ErrorReason]
    ERROR_REASON_COPY_NOT_READ: _ClassVar[ErrorReason]
    ERROR_REASON_FAULT_SWITCH: _ClassVar[ErrorReason]
ERROR_REASON_UNSPECIFIED: ErrorReason
ERROR_REASON_TOKEN_REFUSED: ErrorReason
ERROR_REASON_TOKEN_IS_FOR_READING: ErrorReason
ERROR_REASON_PROOF_REFUSED: ErrorReason
ERROR_REASON_CERTIFICATE_REFUSED: ErrorReason
ERROR_REASON_WRONG_NODE: ErrorReason
ERROR_REASON_FUNCTION_TIMEOUT: ErrorReason
ERROR_REASON_TOO_MANY_STREAMS: ErrorReason
ERROR_REASON_STREAM_EXPIRED: ErrorReason
ERROR_REASON_STOPPING: ErrorReason
ERROR_REASON_REQUEST_INCOMPLETE: ErrorReason
ERROR_REASON_REQUEST_UNREADABLE: ErrorReason
ERROR_REASON_PAGE_INVALID: ErrorReason
ERROR_REASON_COPY_UNAVAILABLE: ErrorReason
ERROR_REASON_STORE_DAMAGED: ErrorReason
ERROR_REASON_COPY_NOT_READ: ErrorReason
ERROR_REASON_FAULT_SWITCH: ErrorReason
