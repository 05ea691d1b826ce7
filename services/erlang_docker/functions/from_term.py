"""Terms to Python's own values, as the annotations of an exported function say.

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

What does not fit is `badarg`.
"""

from collections.abc import Callable
from types import NoneType, UnionType
from typing import Any, TypeAlias, Union, get_args, get_origin

from otp.errors import ExportError
from otp.stdlib.arguments import binary, fail, integer, number, proper_list, tuple_
from otp.terms.types import BADARG, FALSE, TRUE, UNDEFINED, Atom, Bitstring, ImproperList, Map, Pid, Term

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


def read(reader: Reader | None, term: Term) -> Any:
    """What the reader makes of it, or as it is without one; Failure `badarg` where it does not fit."""
    return reader(term) if reader else term


def value_of(term: Term, annotation: Any) -> Any:
    """A term as a value of this annotation; Failure `badarg` where it does not fit."""
    return read(reader_of(annotation), term)


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


def _list(items: tuple[Any, ...]) -> Reader:
    reader = reader_of(items[0])
    return lambda term: [read(reader, item) for item in proper_list(term)]


def _dict(items: tuple[Any, ...]) -> Reader:
    key, value = map(reader_of, items)
    return lambda term: {_hashable(read(key, k)): read(value, v) for k, v in _map(term).items()}


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
        return lambda term: tuple(read(each, item) for item in tuple_(term))
    readers = [reader_of(item) for item in items]

    def read_all(term: Term) -> tuple[Any, ...]:
        if len(tuple_(term)) != len(readers):
            fail(BADARG)
        return tuple(map(read, readers, tuple_(term)))

    return read_all


def _optional(items: tuple[Any, ...]) -> Reader:
    some = [item for item in items if item is not NoneType]
    if len(some) != 1:
        raise ExportError(f"a term cannot tell apart which of {some} it is")
    reader = reader_of(some[0])
    return lambda term: None if isinstance(term, Atom) and term == UNDEFINED else read(reader, term)


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
