from erlang_docker.v1 import console_pb2 as _console_pb2
from erlang_docker.v1 import node_pb2 as _node_pb2
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class SocketRequest(_message.Message):
    __slots__ = ("id", "run", "watch", "unwatch", "list_functions")
    ID_FIELD_NUMBER: _ClassVar[int]
    RUN_FIELD_NUMBER: _ClassVar[int]
    WATCH_FIELD_NUMBER: _ClassVar[int]
    UNWATCH_FIELD_NUMBER: _ClassVar[int]
    LIST_FUNCTIONS_FIELD_NUMBER: _ClassVar[int]
    id: str
    run: _console_pb2.RunRequest
    watch: _node_pb2.WatchClusterRequest
    unwatch: UnwatchRequest
    list_functions: _node_pb2.ListFunctionsRequest
    def __init__(self, id: _Optional[str] = ..., run: _Optional[_Union[_console_pb2.RunRequest, _Mapping]] = ..., watch: _Optional[_Union[_node_pb2.WatchClusterRequest, _Mapping]] = ..., unwatch: _Optional[_Union[UnwatchRequest, _Mapping]] = ..., list_functions: _Optional[_Union[_node_pb2.ListFunctionsRequest, _Mapping]] = ...) -> None: ...

class UnwatchRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class UnwatchResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class SocketResponse(_message.Message):
    __slots__ = ("id", "run", "watch", "unwatch", "error", "list_functions")
    ID_FIELD_NUMBER: _ClassVar[int]
    RUN_FIELD_NUMBER: _ClassVar[int]
    WATCH_FIELD_NUMBER: _ClassVar[int]
    UNWATCH_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    LIST_FUNCTIONS_FIELD_NUMBER: _ClassVar[int]
    id: str
    run: _console_pb2.RunResponse
    watch: _node_pb2.WatchClusterResponse
    unwatch: UnwatchResponse
    error: str
    list_functions: _node_pb2.ListFunctionsResponse
    def __init__(self, id: _Optional[str] = ..., run: _Optional[_Union[_console_pb2.RunResponse, _Mapping]] = ..., watch: _Optional[_Union[_node_pb2.WatchClusterResponse, _Mapping]] = ..., unwatch: _Optional[_Union[UnwatchResponse, _Mapping]] = ..., error: _Optional[str] = ..., list_functions: _Optional[_Union[_node_pb2.ListFunctionsResponse, _Mapping]] = ...) -> None: ...
