"""Terms to Python's own values and back, as the annotations of an exported function say.

| annotation | takes |
|---|---|
| none, `Any`, `Term` | any term, as it is (`terms.types`) |
| `str` | a binary or a string of Unicode text, or an atom |
| `bytes`, `int` | a binary; an integer |
| `float` | a float or an integer |
| `bool` | true or false |
| `list[T]`, `dict[K, V]` | a list, a map |
| `tuple[A, B]`, `tuple[T, ...]` | a tuple of that size; of any |
| `T | None` | the same, or the atom undefined |
| `Atom`, `Map`, `Pid`, `Bitstring`, `ImproperList` | just that |

What does not fit is `badarg`. Of a result `str`
becomes a binary, `bool` and `None` become atoms, also inside of what is annotated as a term.
"""

from collections.abc import Callable, Sequence
from types import NoneType, UnionType
from typing import Any, TypeAlias, Union, get_args, get_origin

from otp.errors import ExportError, Failure
from otp.stdlib.arguments import binary, fail, integer, number, proper_list, tuple_
from otp.terms.types import (
    BADARG,
    FALSE,
    SYSTEM_LIMIT,
    TRUE,
    UNDEFINED,
    Atom,
    Bitstring,
    ImproperList,
    Map,
    Pid,
    Term,
    finite,
)

Reader: TypeAlias = Callable[[Any], Any]


def reader_of(annotation: Any) -> Reader | None:
    """What turns a term into a value of this annotation; None where the term stays as it is.

    Raises ExportError for an annotation that is not in the table above.
    """
    if _is_term(annotation):
        return None
    if annotation in _SIMPLE:
        return _SIMPLE[annotation]
    origin, items = get_origin(annotation), get_args(annotation)
    if origin in _COMPOSED and items:
        return _COMPOSED[origin](items)
    raise ExportError(f"no term can be turned into {annotation!r}")


def converted(
    parameters: Sequence[Any], returns: Any, call: Callable[..., Any], is_async: bool, trusted: bool
) -> Callable[..., Any]:
    """A call of terms to a term, for one of values of the annotated types.

    The call itself where the function takes terms and is `trusted` to give one.
    """
    readers = list(map(reader_of, parameters))
    if trusted and returns == Term:
        if not any(readers):
            return call
        write: Callable[[Any], Any] = _same
    else:
        write = term_of

    def run(*terms: Any) -> Any:
        return write(call(*map(_read, readers, terms)))

    async def wait(*terms: Any) -> Any:
        return write(await call(*map(_read, readers, terms)))

    return wait if is_async else run


def term_of(value: Any) -> Term:
    """A value as a term, checked all the way down.

    Raises TypeError or ValueError for what is not a term, such as an instance of a subclass, and Failure
    `system_limit` for what is nested without end.
    """
    try:
        return _term(value)
    except RecursionError:
        raise Failure("error", SYSTEM_LIMIT) from None


def value_of(term: Term, annotation: Any) -> Any:
    """A term as a value of this annotation; Failure `badarg` where it does not fit."""
    return _read(reader_of(annotation), term)


def _term(value: Any) -> Term:
    writer = _WRITERS.get(type(value))
    if writer is None:
        raise TypeError(f"not a term: {type(value).__name__}")
    return writer(value)


def _is_term(annotation: Any) -> bool:
    return annotation in (Term, Any, None)  # `in` asks first whether it is the same: unions are slow to compare


def _text(term: Term) -> str:
    try:
        if isinstance(term, bytes):
            return term.decode()
        return str(term) if isinstance(term, Atom) else "".join(map(chr, proper_list(term)))
    except (ValueError, TypeError, OverflowError):
        fail(BADARG)


def _float(term: Term) -> float:
    try:
        return float(number(term))
    except OverflowError:
        fail(BADARG)


def _bool(term: Term) -> bool:
    return term == TRUE if isinstance(term, Atom) and term in (TRUE, FALSE) else fail(BADARG)


def _just(kind: type) -> Reader:
    return lambda term: term if isinstance(term, kind) else fail(BADARG)


def _read(reader: Reader | None, term: Term) -> Any:
    return reader(term) if reader else term


def _list(items: tuple[Any, ...]) -> Reader:
    reader = reader_of(items[0])
    return lambda term: [_read(reader, item) for item in proper_list(term)]


def _dict(items: tuple[Any, ...]) -> Reader:
    key, value = map(reader_of, items)
    return lambda term: {_hashable(_read(key, k)): _read(value, v) for k, v in _map(term).items()}


def _map(term: Term) -> Map:
    return term if isinstance(term, Map) else fail(BADARG)


def _hashable(key: Any) -> Any:
    try:
        hash(key)
    except TypeError:
        fail(BADARG)
    return key


def _tuple(items: tuple[Any, ...]) -> Reader:
    if items[1:] == (...,):
        each = reader_of(items[0])
        return lambda term: tuple(_read(each, item) for item in tuple_(term))
    readers = [reader_of(item) for item in items]

    def read(term: Term) -> tuple[Any, ...]:
        if len(tuple_(term)) != len(readers):
            fail(BADARG)
        return tuple(map(_read, readers, tuple_(term)))

    return read


def _optional(items: tuple[Any, ...]) -> Reader:
    some = [item for item in items if item is not NoneType]
    if len(some) != 1:
        raise ExportError(f"a term cannot tell apart which of {some} it is")
    reader = reader_of(some[0])
    return lambda term: None if isinstance(term, Atom) and term == UNDEFINED else _read(reader, term)


def _encodable(value: Atom) -> Atom:
    value.encode()  # a lone surrogate is not a character
    return value


def _same(value: Any) -> Any:
    return value


_SIMPLE: dict[Any, Reader] = {
    str: _text,
    bytes: binary,
    int: integer,
    float: _float,
    bool: _bool,
    **{kind: _just(kind) for kind in (Atom, Map, Pid, Bitstring, ImproperList)},
}
_COMPOSED: dict[Any, Callable[[tuple[Any, ...]], Reader]] = {
    list: _list,
    dict: _dict,
    tuple: _tuple,
    Union: _optional,
    UnionType: _optional,
}
_WRITERS: dict[type, Callable[[Any], Term]] = {
    str: str.encode,
    bool: lambda value: TRUE if value else FALSE,
    NoneType: lambda value: UNDEFINED,
    float: finite,
    list: lambda value: [_term(item) for item in value],
    tuple: lambda value: tuple(_term(item) for item in value),
    dict: lambda value: Map((_term(key), _term(item)) for key, item in value.items()),
    Atom: _encodable,
    Map: lambda value: Map((_term(key), _term(item)) for key, item in value.items()),
    ImproperList: lambda value: ImproperList(tuple(map(_term, value.items)), _term(value.tail)),
    **dict.fromkeys((int, bytes, Pid, Bitstring), _same),
}
