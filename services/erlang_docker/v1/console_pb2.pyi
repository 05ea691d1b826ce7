from erlang_docker.v1 import rpc_pb2 as _rpc_pb2
from erlang_docker.v1 import term_pb2 as _term_pb2
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class CallError(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CALL_ERROR_UNSPECIFIED: _ClassVar[CallError]
    CALL_ERROR_NOT_SENT: _ClassVar[CallError]
    CALL_ERROR_NODE_DOWN: _ClassVar[CallError]
    CALL_ERROR_TIMEOUT: _ClassVar[CallError]
    CALL_ERROR_BUSY: _ClassVar[CallError]
CALL_ERROR_UNSPECIFIED: CallError
CALL_ERROR_NOT_SENT: CallError
CALL_ERROR_NODE_DOWN: CallError
CALL_ERROR_TIMEOUT: CallError
CALL_ERROR_BUSY: CallError

class RunRequest(_message.Message):
    __slots__ = ("command",)
    COMMAND_FIELD_NUMBER: _ClassVar[int]
    command: str
    def __init__(self, command: _Optional[str] = ...) -> None: ...

class RunResponse(_message.Message):
    __slots__ = ("reply", "value", "failure", "call_error", "parse_error")
    REPLY_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    FAILURE_FIELD_NUMBER: _ClassVar[int]
    CALL_ERROR_FIELD_NUMBER: _ClassVar[int]
    PARSE_ERROR_FIELD_NUMBER: _ClassVar[int]
    reply: str
    value: _term_pb2.Term
    failure: _rpc_pb2.Failure
    call_error: CallError
    parse_error: _term_pb2.Term
    def __init__(self, reply: _Optional[str] = ..., value: _Optional[_Union[_term_pb2.Term, _Mapping]] = ..., failure: _Optional[_Union[_rpc_pb2.Failure, _Mapping]] = ..., call_error: _Optional[_Union[CallError, str]] = ..., parse_error: _Optional[_Union[_term_pb2.Term, _Mapping]] = ...) -> None: ...
