from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Term(_message.Message):
    __slots__ = ("integer", "big_integer", "float", "atom", "binary", "bitstring", "charlist", "list", "tuple", "map", "pid")
    INTEGER_FIELD_NUMBER: _ClassVar[int]
    BIG_INTEGER_FIELD_NUMBER: _ClassVar[int]
    FLOAT_FIELD_NUMBER: _ClassVar[int]
    ATOM_FIELD_NUMBER: _ClassVar[int]
    BINARY_FIELD_NUMBER: _ClassVar[int]
    BITSTRING_FIELD_NUMBER: _ClassVar[int]
    CHARLIST_FIELD_NUMBER: _ClassVar[int]
    LIST_FIELD_NUMBER: _ClassVar[int]
    TUPLE_FIELD_NUMBER: _ClassVar[int]
    MAP_FIELD_NUMBER: _ClassVar[int]
    PID_FIELD_NUMBER: _ClassVar[int]
    integer: int
    big_integer: bytes
    float: float
    atom: str
    binary: bytes
    bitstring: Bitstring
    charlist: str
    list: List
    tuple: Tuple
    map: Map
    pid: Pid
    def __init__(self, integer: _Optional[int] = ..., big_integer: _Optional[bytes] = ..., float: _Optional[float] = ..., atom: _Optional[str] = ..., binary: _Optional[bytes] = ..., bitstring: _Optional[_Union[Bitstring, _Mapping]] = ..., charlist: _Optional[str] = ..., list: _Optional[_Union[List, _Mapping]] = ..., tuple: _Optional[_Union[Tuple, _Mapping]] = ..., map: _Optional[_Union[Map, _Mapping]] = ..., pid: _Optional[_Union[Pid, _Mapping]] = ...) -> None: ...

class Bitstring(_message.Message):
    __slots__ = ("data", "bits")
    DATA_FIELD_NUMBER: _ClassVar[int]
    BITS_FIELD_NUMBER: _ClassVar[int]
    data: bytes
    bits: int
    def __init__(self, data: _Optional[bytes] = ..., bits: _Optional[int] = ...) -> None: ...

class List(_message.Message):
    __slots__ = ("items", "tail")
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    TAIL_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[Term]
    tail: Term
    def __init__(self, items: _Optional[_Iterable[_Union[Term, _Mapping]]] = ..., tail: _Optional[_Union[Term, _Mapping]] = ...) -> None: ...

class Tuple(_message.Message):
    __slots__ = ("items",)
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[Term]
    def __init__(self, items: _Optional[_Iterable[_Union[Term, _Mapping]]] = ...) -> None: ...

class Map(_message.Message):
    __slots__ = ("keys", "values")
    KEYS_FIELD_NUMBER: _ClassVar[int]
    VALUES_FIELD_NUMBER: _ClassVar[int]
    keys: _containers.RepeatedCompositeFieldContainer[Term]
    values: _containers.RepeatedCompositeFieldContainer[Term]
    def __init__(self, keys: _Optional[_Iterable[_Union[Term, _Mapping]]] = ..., values: _Optional[_Iterable[_Union[Term, _Mapping]]] = ...) -> None: ...

class Pid(_message.Message):
    __slots__ = ("number",)
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    number: int
    def __init__(self, number: _Optional[int] = ...) -> None: ...
