from erlang_docker.v1 import term_pb2 as _term_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class FailureClass(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    FAILURE_CLASS_UNSPECIFIED: _ClassVar[FailureClass]
    FAILURE_CLASS_ERROR: _ClassVar[FailureClass]
    FAILURE_CLASS_EXIT: _ClassVar[FailureClass]
    FAILURE_CLASS_THROW: _ClassVar[FailureClass]

class Refusal(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    REFUSAL_UNSPECIFIED: _ClassVar[Refusal]
    REFUSAL_BUSY: _ClassVar[Refusal]
    REFUSAL_DRAINING: _ClassVar[Refusal]
FAILURE_CLASS_UNSPECIFIED: FailureClass
FAILURE_CLASS_ERROR: FailureClass
FAILURE_CLASS_EXIT: FailureClass
FAILURE_CLASS_THROW: FailureClass
REFUSAL_UNSPECIFIED: Refusal
REFUSAL_BUSY: Refusal
REFUSAL_DRAINING: Refusal

class CallRequest(_message.Message):
    __slots__ = ("module", "function", "arguments", "hops", "width", "traceparent")
    MODULE_FIELD_NUMBER: _ClassVar[int]
    FUNCTION_FIELD_NUMBER: _ClassVar[int]
    ARGUMENTS_FIELD_NUMBER: _ClassVar[int]
    HOPS_FIELD_NUMBER: _ClassVar[int]
    WIDTH_FIELD_NUMBER: _ClassVar[int]
    TRACEPARENT_FIELD_NUMBER: _ClassVar[int]
    module: str
    function: str
    arguments: _containers.RepeatedCompositeFieldContainer[_term_pb2.Term]
    hops: int
    width: int
    traceparent: str
    def __init__(self, module: _Optional[str] = ..., function: _Optional[str] = ..., arguments: _Optional[_Iterable[_Union[_term_pb2.Term, _Mapping]]] = ..., hops: _Optional[int] = ..., width: _Optional[int] = ..., traceparent: _Optional[str] = ...) -> None: ...

class CallResponse(_message.Message):
    __slots__ = ("value", "failure", "refusal", "run_us")
    VALUE_FIELD_NUMBER: _ClassVar[int]
    FAILURE_FIELD_NUMBER: _ClassVar[int]
    REFUSAL_FIELD_NUMBER: _ClassVar[int]
    RUN_US_FIELD_NUMBER: _ClassVar[int]
    value: _term_pb2.Term
    failure: Failure
    refusal: Refusal
    run_us: int
    def __init__(self, value: _Optional[_Union[_term_pb2.Term, _Mapping]] = ..., failure: _Optional[_Union[Failure, _Mapping]] = ..., refusal: _Optional[_Union[Refusal, str]] = ..., run_us: _Optional[int] = ...) -> None: ...

class Failure(_message.Message):
    __slots__ = ("failure_class", "reason")
    FAILURE_CLASS_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    failure_class: FailureClass
    reason: _term_pb2.Term
    def __init__(self, failure_class: _Optional[_Union[FailureClass, str]] = ..., reason: _Optional[_Union[_term_pb2.Term, _Mapping]] = ...) -> None: ...

class LinkRequest(_message.Message):
    __slots__ = ("calls", "cancelled_ids", "tick")
    CALLS_FIELD_NUMBER: _ClassVar[int]
    CANCELLED_IDS_FIELD_NUMBER: _ClassVar[int]
    TICK_FIELD_NUMBER: _ClassVar[int]
    calls: _containers.RepeatedCompositeFieldContainer[LinkCall]
    cancelled_ids: _containers.RepeatedScalarFieldContainer[int]
    tick: bool
    def __init__(self, calls: _Optional[_Iterable[_Union[LinkCall, _Mapping]]] = ..., cancelled_ids: _Optional[_Iterable[int]] = ..., tick: _Optional[bool] = ...) -> None: ...

class LinkCall(_message.Message):
    __slots__ = ("id", "request", "timeout_ms")
    ID_FIELD_NUMBER: _ClassVar[int]
    REQUEST_FIELD_NUMBER: _ClassVar[int]
    TIMEOUT_MS_FIELD_NUMBER: _ClassVar[int]
    id: int
    request: CallRequest
    timeout_ms: int
    def __init__(self, id: _Optional[int] = ..., request: _Optional[_Union[CallRequest, _Mapping]] = ..., timeout_ms: _Optional[int] = ...) -> None: ...

class LinkResponse(_message.Message):
    __slots__ = ("answers", "draining", "tick", "idempotent", "boot_epoch")
    ANSWERS_FIELD_NUMBER: _ClassVar[int]
    DRAINING_FIELD_NUMBER: _ClassVar[int]
    TICK_FIELD_NUMBER: _ClassVar[int]
    IDEMPOTENT_FIELD_NUMBER: _ClassVar[int]
    BOOT_EPOCH_FIELD_NUMBER: _ClassVar[int]
    answers: _containers.RepeatedCompositeFieldContainer[LinkAnswer]
    draining: bool
    tick: bool
    idempotent: _containers.RepeatedScalarFieldContainer[str]
    boot_epoch: int
    def __init__(self, answers: _Optional[_Iterable[_Union[LinkAnswer, _Mapping]]] = ..., draining: _Optional[bool] = ..., tick: _Optional[bool] = ..., idempotent: _Optional[_Iterable[str]] = ..., boot_epoch: _Optional[int] = ...) -> None: ...

class LinkAnswer(_message.Message):
    __slots__ = ("id", "response")
    ID_FIELD_NUMBER: _ClassVar[int]
    RESPONSE_FIELD_NUMBER: _ClassVar[int]
    id: int
    response: CallResponse
    def __init__(self, id: _Optional[int] = ..., response: _Optional[_Union[CallResponse, _Mapping]] = ...) -> None: ...
