from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Composite(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    COMPOSITE_UNSPECIFIED: _ClassVar[Composite]
    COMPOSITE_LIST: _ClassVar[Composite]
    COMPOSITE_TUPLE: _ClassVar[Composite]
    COMPOSITE_MAP: _ClassVar[Composite]
COMPOSITE_UNSPECIFIED: Composite
COMPOSITE_LIST: Composite
COMPOSITE_TUPLE: Composite
COMPOSITE_MAP: Composite

class Term(_message.Message):
    __slots__ = ("integer", "big_integer", "float", "atom", "binary", "bitstring", "charlist", "composite", "pid", "items", "tail")
    INTEGER_FIELD_NUMBER: _ClassVar[int]
    BIG_INTEGER_FIELD_NUMBER: _ClassVar[int]
    FLOAT_FIELD_NUMBER: _ClassVar[int]
    ATOM_FIELD_NUMBER: _ClassVar[int]
    BINARY_FIELD_NUMBER: _ClassVar[int]
    BITSTRING_FIELD_NUMBER: _ClassVar[int]
    CHARLIST_FIELD_NUMBER: _ClassVar[int]
    COMPOSITE_FIELD_NUMBER: _ClassVar[int]
    PID_FIELD_NUMBER: _ClassVar[int]
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    TAIL_FIELD_NUMBER: _ClassVar[int]
    integer: int
    big_integer: bytes
    float: float
    atom: str
    binary: bytes
    bitstring: Bitstring
    charlist: str
    composite: Composite
    pid: Pid
    items: _containers.RepeatedCompositeFieldContainer[Term]
    tail: Term
    def __init__(self, integer: _Optional[int] = ..., big_integer: _Optional[bytes] = ..., float: _Optional[float] = ..., atom: _Optional[str] = ..., binary: _Optional[bytes] = ..., bitstring: _Optional[_Union[Bitstring, _Mapping]] = ..., charlist: _Optional[str] = ..., composite: _Optional[_Union[Composite, str]] = ..., pid: _Optional[_Union[Pid, _Mapping]] = ..., items: _Optional[_Iterable[_Union[Term, _Mapping]]] = ..., tail: _Optional[_Union[Term, _Mapping]] = ...) -> None: ...

class Bitstring(_message.Message):
    __slots__ = ("data", "bits")
    DATA_FIELD_NUMBER: _ClassVar[int]
    BITS_FIELD_NUMBER: _ClassVar[int]
    data: bytes
    bits: int
    def __init__(self, data: _Optional[bytes] = ..., bits: _Optional[int] = ...) -> None: ...

class Pid(_message.Message):
    __slots__ = ("number",)
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    number: int
    def __init__(self, number: _Optional[int] = ...) -> None: ...
