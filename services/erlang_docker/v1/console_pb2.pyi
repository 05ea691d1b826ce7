from erlang_docker.v1 import node_pb2 as _node_pb2
from erlang_docker.v1 import rpc_pb2 as _rpc_pb2
from erlang_docker.v1 import term_pb2 as _term_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class CallError(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CALL_ERROR_UNSPECIFIED: _ClassVar[CallError]
    CALL_ERROR_NOT_SENT: _ClassVar[CallError]
    CALL_ERROR_NODE_DOWN: _ClassVar[CallError]
    CALL_ERROR_TIMEOUT: _ClassVar[CallError]
    CALL_ERROR_BUSY: _ClassVar[CallError]
    CALL_ERROR_FORBIDDEN: _ClassVar[CallError]
CALL_ERROR_UNSPECIFIED: CallError
CALL_ERROR_NOT_SENT: CallError
CALL_ERROR_NODE_DOWN: CallError
CALL_ERROR_TIMEOUT: CallError
CALL_ERROR_BUSY: CallError
CALL_ERROR_FORBIDDEN: CallError

class RunRequest(_message.Message):
    __slots__ = ("command", "traceparent")
    COMMAND_FIELD_NUMBER: _ClassVar[int]
    TRACEPARENT_FIELD_NUMBER: _ClassVar[int]
    command: str
    traceparent: str
    def __init__(self, command: _Optional[str] = ..., traceparent: _Optional[str] = ...) -> None: ...

class RunResponse(_message.Message):
    __slots__ = ("reply", "value", "failure", "call_error", "parse_error", "echoed", "trace")
    REPLY_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    FAILURE_FIELD_NUMBER: _ClassVar[int]
    CALL_ERROR_FIELD_NUMBER: _ClassVar[int]
    PARSE_ERROR_FIELD_NUMBER: _ClassVar[int]
    ECHOED_FIELD_NUMBER: _ClassVar[int]
    TRACE_FIELD_NUMBER: _ClassVar[int]
    reply: str
    value: _term_pb2.Term
    failure: _rpc_pb2.Failure
    call_error: CallError
    parse_error: _term_pb2.Term
    echoed: bool
    trace: Trace
    def __init__(self, reply: _Optional[str] = ..., value: _Optional[_Union[_term_pb2.Term, _Mapping]] = ..., failure: _Optional[_Union[_rpc_pb2.Failure, _Mapping]] = ..., call_error: _Optional[_Union[CallError, str]] = ..., parse_error: _Optional[_Union[_term_pb2.Term, _Mapping]] = ..., echoed: _Optional[bool] = ..., trace: _Optional[_Union[Trace, _Mapping]] = ...) -> None: ...

class Trace(_message.Message):
    __slots__ = ("trace_id", "asked", "answered", "attempts", "microseconds")
    TRACE_ID_FIELD_NUMBER: _ClassVar[int]
    ASKED_FIELD_NUMBER: _ClassVar[int]
    ANSWERED_FIELD_NUMBER: _ClassVar[int]
    ATTEMPTS_FIELD_NUMBER: _ClassVar[int]
    MICROSECONDS_FIELD_NUMBER: _ClassVar[int]
    trace_id: str
    asked: _node_pb2.NodeBoot
    answered: _node_pb2.NodeBoot
    attempts: _containers.RepeatedCompositeFieldContainer[Attempt]
    microseconds: Microseconds
    def __init__(self, trace_id: _Optional[str] = ..., asked: _Optional[_Union[_node_pb2.NodeBoot, _Mapping]] = ..., answered: _Optional[_Union[_node_pb2.NodeBoot, _Mapping]] = ..., attempts: _Optional[_Iterable[_Union[Attempt, _Mapping]]] = ..., microseconds: _Optional[_Union[Microseconds, _Mapping]] = ...) -> None: ...

class Attempt(_message.Message):
    __slots__ = ("node", "call_error", "microseconds")
    NODE_FIELD_NUMBER: _ClassVar[int]
    CALL_ERROR_FIELD_NUMBER: _ClassVar[int]
    MICROSECONDS_FIELD_NUMBER: _ClassVar[int]
    node: _node_pb2.NodeBoot
    call_error: CallError
    microseconds: int
    def __init__(self, node: _Optional[_Union[_node_pb2.NodeBoot, _Mapping]] = ..., call_error: _Optional[_Union[CallError, str]] = ..., microseconds: _Optional[int] = ...) -> None: ...

class Microseconds(_message.Message):
    __slots__ = ("queue", "parse", "pick", "link", "run", "print", "wait", "total")
    QUEUE_FIELD_NUMBER: _ClassVar[int]
    PARSE_FIELD_NUMBER: _ClassVar[int]
    PICK_FIELD_NUMBER: _ClassVar[int]
    LINK_FIELD_NUMBER: _ClassVar[int]
    RUN_FIELD_NUMBER: _ClassVar[int]
    PRINT_FIELD_NUMBER: _ClassVar[int]
    WAIT_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    queue: int
    parse: int
    pick: int
    link: int
    run: int
    print: int
    wait: int
    total: int
    def __init__(self, queue: _Optional[int] = ..., parse: _Optional[int] = ..., pick: _Optional[int] = ..., link: _Optional[int] = ..., run: _Optional[int] = ..., print: _Optional[int] = ..., wait: _Optional[int] = ..., total: _Optional[int] = ...) -> None: ...
