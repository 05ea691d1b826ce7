import datetime

from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class NodeKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    NODE_KIND_UNSPECIFIED: _ClassVar[NodeKind]
    NODE_KIND_A: _ClassVar[NodeKind]
    NODE_KIND_B: _ClassVar[NodeKind]

class NodeState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    NODE_STATE_UNSPECIFIED: _ClassVar[NodeState]
    NODE_STATE_STARTING: _ClassVar[NodeState]
    NODE_STATE_READY: _ClassVar[NodeState]
    NODE_STATE_DRAINING: _ClassVar[NodeState]
    NODE_STATE_FROZEN: _ClassVar[NodeState]
    NODE_STATE_GONE: _ClassVar[NodeState]

class Route(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ROUTE_UNSPECIFIED: _ClassVar[Route]
    ROUTE_NAME: _ClassVar[Route]
    ROUTE_ADDRESS: _ClassVar[Route]

class FunctionOrigin(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    FUNCTION_ORIGIN_UNSPECIFIED: _ClassVar[FunctionOrigin]
    FUNCTION_ORIGIN_NODE: _ClassVar[FunctionOrigin]
    FUNCTION_ORIGIN_RELEASE: _ClassVar[FunctionOrigin]
    FUNCTION_ORIGIN_ERLANG: _ClassVar[FunctionOrigin]
NODE_KIND_UNSPECIFIED: NodeKind
NODE_KIND_A: NodeKind
NODE_KIND_B: NodeKind
NODE_STATE_UNSPECIFIED: NodeState
NODE_STATE_STARTING: NodeState
NODE_STATE_READY: NodeState
NODE_STATE_DRAINING: NodeState
NODE_STATE_FROZEN: NodeState
NODE_STATE_GONE: NodeState
ROUTE_UNSPECIFIED: Route
ROUTE_NAME: Route
ROUTE_ADDRESS: Route
FUNCTION_ORIGIN_UNSPECIFIED: FunctionOrigin
FUNCTION_ORIGIN_NODE: FunctionOrigin
FUNCTION_ORIGIN_RELEASE: FunctionOrigin
FUNCTION_ORIGIN_ERLANG: FunctionOrigin

class GetNodeRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class GetNodeResponse(_message.Message):
    __slots__ = ("name", "kind", "boot_id", "boot_epoch", "start_time", "state", "version", "short_name")
    NAME_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    BOOT_ID_FIELD_NUMBER: _ClassVar[int]
    BOOT_EPOCH_FIELD_NUMBER: _ClassVar[int]
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    SHORT_NAME_FIELD_NUMBER: _ClassVar[int]
    name: str
    kind: NodeKind
    boot_id: str
    boot_epoch: int
    start_time: _timestamp_pb2.Timestamp
    state: NodeState
    version: str
    short_name: str
    def __init__(self, name: _Optional[str] = ..., kind: _Optional[_Union[NodeKind, str]] = ..., boot_id: _Optional[str] = ..., boot_epoch: _Optional[int] = ..., start_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., state: _Optional[_Union[NodeState, str]] = ..., version: _Optional[str] = ..., short_name: _Optional[str] = ...) -> None: ...

class NodeBoot(_message.Message):
    __slots__ = ("name", "short_name", "boot_id", "boot_epoch")
    NAME_FIELD_NUMBER: _ClassVar[int]
    SHORT_NAME_FIELD_NUMBER: _ClassVar[int]
    BOOT_ID_FIELD_NUMBER: _ClassVar[int]
    BOOT_EPOCH_FIELD_NUMBER: _ClassVar[int]
    name: str
    short_name: str
    boot_id: str
    boot_epoch: int
    def __init__(self, name: _Optional[str] = ..., short_name: _Optional[str] = ..., boot_id: _Optional[str] = ..., boot_epoch: _Optional[int] = ...) -> None: ...

class WatchStatusRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class WatchStatusResponse(_message.Message):
    __slots__ = ("status",)
    STATUS_FIELD_NUMBER: _ClassVar[int]
    status: NodeStatus
    def __init__(self, status: _Optional[_Union[NodeStatus, _Mapping]] = ...) -> None: ...

class WatchClusterRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class WatchClusterResponse(_message.Message):
    __slots__ = ("nodes", "seen_by")
    NODES_FIELD_NUMBER: _ClassVar[int]
    SEEN_BY_FIELD_NUMBER: _ClassVar[int]
    nodes: _containers.RepeatedCompositeFieldContainer[NodeStatus]
    seen_by: str
    def __init__(self, nodes: _Optional[_Iterable[_Union[NodeStatus, _Mapping]]] = ..., seen_by: _Optional[str] = ...) -> None: ...

class NodeStatus(_message.Message):
    __slots__ = ("name", "short_name", "kind", "state", "boot_id", "boot_epoch", "version", "uptime", "calls_made", "calls_served", "calls_made_per_second", "calls_served_per_second", "picks_received", "links", "in_flight", "loop_lag", "memory_bytes", "address", "silence", "faults")
    NAME_FIELD_NUMBER: _ClassVar[int]
    SHORT_NAME_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    BOOT_ID_FIELD_NUMBER: _ClassVar[int]
    BOOT_EPOCH_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    UPTIME_FIELD_NUMBER: _ClassVar[int]
    CALLS_MADE_FIELD_NUMBER: _ClassVar[int]
    CALLS_SERVED_FIELD_NUMBER: _ClassVar[int]
    CALLS_MADE_PER_SECOND_FIELD_NUMBER: _ClassVar[int]
    CALLS_SERVED_PER_SECOND_FIELD_NUMBER: _ClassVar[int]
    PICKS_RECEIVED_FIELD_NUMBER: _ClassVar[int]
    LINKS_FIELD_NUMBER: _ClassVar[int]
    IN_FLIGHT_FIELD_NUMBER: _ClassVar[int]
    LOOP_LAG_FIELD_NUMBER: _ClassVar[int]
    MEMORY_BYTES_FIELD_NUMBER: _ClassVar[int]
    ADDRESS_FIELD_NUMBER: _ClassVar[int]
    SILENCE_FIELD_NUMBER: _ClassVar[int]
    FAULTS_FIELD_NUMBER: _ClassVar[int]
    name: str
    short_name: str
    kind: NodeKind
    state: NodeState
    boot_id: str
    boot_epoch: int
    version: str
    uptime: _duration_pb2.Duration
    calls_made: int
    calls_served: int
    calls_made_per_second: float
    calls_served_per_second: float
    picks_received: int
    links: int
    in_flight: int
    loop_lag: _duration_pb2.Duration
    memory_bytes: int
    address: str
    silence: _duration_pb2.Duration
    faults: _containers.RepeatedCompositeFieldContainer[Fault]
    def __init__(self, name: _Optional[str] = ..., short_name: _Optional[str] = ..., kind: _Optional[_Union[NodeKind, str]] = ..., state: _Optional[_Union[NodeState, str]] = ..., boot_id: _Optional[str] = ..., boot_epoch: _Optional[int] = ..., version: _Optional[str] = ..., uptime: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., calls_made: _Optional[int] = ..., calls_served: _Optional[int] = ..., calls_made_per_second: _Optional[float] = ..., calls_served_per_second: _Optional[float] = ..., picks_received: _Optional[int] = ..., links: _Optional[int] = ..., in_flight: _Optional[int] = ..., loop_lag: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., memory_bytes: _Optional[int] = ..., address: _Optional[str] = ..., silence: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., faults: _Optional[_Iterable[_Union[Fault, _Mapping]]] = ...) -> None: ...

class Fault(_message.Message):
    __slots__ = ("name", "value", "remaining")
    NAME_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    REMAINING_FIELD_NUMBER: _ClassVar[int]
    name: str
    value: float
    remaining: _duration_pb2.Duration
    def __init__(self, name: _Optional[str] = ..., value: _Optional[float] = ..., remaining: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class ListPeersRequest(_message.Message):
    __slots__ = ("page_size", "page_token")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListPeersResponse(_message.Message):
    __slots__ = ("peers", "next_page_token")
    PEERS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    peers: _containers.RepeatedCompositeFieldContainer[Peer]
    next_page_token: str
    def __init__(self, peers: _Optional[_Iterable[_Union[Peer, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class Peer(_message.Message):
    __slots__ = ("name", "boot_id", "address", "connect_time", "call_count", "route")
    NAME_FIELD_NUMBER: _ClassVar[int]
    BOOT_ID_FIELD_NUMBER: _ClassVar[int]
    ADDRESS_FIELD_NUMBER: _ClassVar[int]
    CONNECT_TIME_FIELD_NUMBER: _ClassVar[int]
    CALL_COUNT_FIELD_NUMBER: _ClassVar[int]
    ROUTE_FIELD_NUMBER: _ClassVar[int]
    name: str
    boot_id: str
    address: str
    connect_time: _timestamp_pb2.Timestamp
    call_count: int
    route: Route
    def __init__(self, name: _Optional[str] = ..., boot_id: _Optional[str] = ..., address: _Optional[str] = ..., connect_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., call_count: _Optional[int] = ..., route: _Optional[_Union[Route, str]] = ...) -> None: ...

class ListFunctionsRequest(_message.Message):
    __slots__ = ("page_size", "page_token", "origins")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    ORIGINS_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    origins: _containers.RepeatedScalarFieldContainer[FunctionOrigin]
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., origins: _Optional[_Iterable[_Union[FunctionOrigin, str]]] = ...) -> None: ...

class ListFunctionsResponse(_message.Message):
    __slots__ = ("functions", "next_page_token")
    FUNCTIONS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    functions: _containers.RepeatedCompositeFieldContainer[Function]
    next_page_token: str
    def __init__(self, functions: _Optional[_Iterable[_Union[Function, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class Function(_message.Message):
    __slots__ = ("module", "name", "arity", "idempotent", "help", "example", "read_only", "parameters", "origin")
    MODULE_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    ARITY_FIELD_NUMBER: _ClassVar[int]
    IDEMPOTENT_FIELD_NUMBER: _ClassVar[int]
    HELP_FIELD_NUMBER: _ClassVar[int]
    EXAMPLE_FIELD_NUMBER: _ClassVar[int]
    READ_ONLY_FIELD_NUMBER: _ClassVar[int]
    PARAMETERS_FIELD_NUMBER: _ClassVar[int]
    ORIGIN_FIELD_NUMBER: _ClassVar[int]
    module: str
    name: str
    arity: int
    idempotent: bool
    help: str
    example: str
    read_only: bool
    parameters: _containers.RepeatedCompositeFieldContainer[Parameter]
    origin: FunctionOrigin
    def __init__(self, module: _Optional[str] = ..., name: _Optional[str] = ..., arity: _Optional[int] = ..., idempotent: _Optional[bool] = ..., help: _Optional[str] = ..., example: _Optional[str] = ..., read_only: _Optional[bool] = ..., parameters: _Optional[_Iterable[_Union[Parameter, _Mapping]]] = ..., origin: _Optional[_Union[FunctionOrigin, str]] = ...) -> None: ...

class Parameter(_message.Message):
    __slots__ = ("name", "type")
    NAME_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    name: str
    type: str
    def __init__(self, name: _Optional[str] = ..., type: _Optional[str] = ...) -> None: ...
