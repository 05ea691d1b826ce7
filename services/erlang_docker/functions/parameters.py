"""The parameters of an exported function, as a person who calls it reads them: `Item :: text`."""

import inspect
from collections.abc import Callable, Sequence
from types import NoneType, UnionType
from typing import Any, NamedTuple, Union, get_args, get_origin

from otp.terms.types import Atom, Bitstring, ImproperList, Map, Pid, Term


class Parameter(NamedTuple):
    """Its name in Erlang's style, and what it takes, empty for any term."""

    name: str
    type: str


def parameters_of(parameters: Sequence[inspect.Parameter], types: Sequence[Any]) -> tuple[Parameter, ...]:
    """Those of a signature, with their annotations."""
    return tuple(Parameter(_camel(p.name), type_text(kind)) for p, kind in zip(parameters, types, strict=True))


def type_text(annotation: Any) -> str:
    """`[integer]` of `list[int]`; empty where any term is taken."""
    if annotation in (Term, Any, None):
        return ""
    origin, items = get_origin(annotation), get_args(annotation)
    if origin in _COMPOSED:
        return _COMPOSED[origin]([_UNDEFINED if item is NoneType else type_text(item) or "term" for item in items])
    return _SIMPLE[annotation]


def _camel(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("_"))


_UNDEFINED = "undefined"
_SIMPLE: dict[Any, str] = {
    str: "text",
    bytes: "binary",
    int: "integer",
    float: "number",
    bool: "boolean",
    Atom: "atom",
    Map: "map",
    Pid: "pid",
    Bitstring: "bitstring",
    ImproperList: "improper list",
    ...: "...",
}
_COMPOSED: dict[Any, Callable[[list[str]], str]] = {
    list: lambda items: f"[{items[0]}]",
    dict: lambda items: f"#{{{items[0]} => {items[1]}}}",
    tuple: lambda items: f"{{{', '.join(items)}}}",
    Union: " | ".join,
    UnionType: " | ".join,
}
