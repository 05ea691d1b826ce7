"""The table built from the functions that modules mark with `@export`: one entry for each arity of each."""

import inspect
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial
from types import ModuleType
from typing import Any, get_type_hints

from erlang_docker.functions.context import Context
from erlang_docker.functions.convert import converted
from erlang_docker.functions.module_info import module_infos
from erlang_docker.functions.parameters import parameters_of
from erlang_docker.functions.table import Export, FunctionTable
from erlang_docker.functions.workers import Workers
from otp.errors import ExportError
from otp.export import Mark, mark_of
from otp.terms.types import Term


def build_table(trusted: Iterable[ModuleType], others: Iterable[ModuleType], workers: Workers) -> FunctionTable:
    """What the modules export, and each Erlang module's `module_info/1`.

    The results of `trusted` modules are terms; those of the others are checked, each time, to be terms. Raises
    ExportError for a function that cannot be exported as it is annotated.
    """
    exports = [
        *(entry for module in trusted for entry in exports_of(module, workers, trusted=True)),
        *(entry for module in others for entry in exports_of(module, workers, trusted=False)),
    ]
    return FunctionTable((*exports, *module_infos(exports)))


def exports_of(module: ModuleType, workers: Workers, trusted: bool) -> Iterator[Export]:
    """The exports of a module, ready to be called with terms."""
    for function in list(vars(module).values()):
        mark = mark_of(function)
        if mark is None or function.__module__ != module.__name__:
            continue  # not marked, or imported from a module that exports it itself
        try:
            yield from _entries(function, mark, workers, trusted)
        except (ExportError, NameError) as error:
            raise ExportError(f"{mark.module}:{mark.name}: {error}") from error


def _entries(function: Callable[..., Any], mark: Mark, workers: Workers, trusted: bool) -> Iterator[Export]:
    # Annotations of our own are no strings: what they mean need not be looked up, which takes longer than the rest.
    hints = function.__annotations__ if trusted else get_type_hints(function)
    parameters = [p for p in inspect.signature(function).parameters.values() if p.kind in _POSITIONAL]
    takes_context = bool(parameters) and hints.get(parameters[0].name) is Context
    is_async = inspect.iscoroutinefunction(function)
    if mark.process:
        _check_process(is_async, takes_context)
    types = [hints.get(p.name, Term) for p in parameters]
    if takes_context:
        types[0] = Any  # not converted: it is not a term
    call = partial(workers.run, function) if mark.process else function
    entry = Export(
        module=mark.module,
        name=mark.name,
        arity=len(parameters) - takes_context,
        idempotent=mark.idempotent,
        # What is Erlang's own and takes no Context has nothing that it could change.
        read_only=mark.read_only or (trusted and not takes_context),
        help=(inspect.getdoc(function) or "").partition("\n")[0],
        example=mark.example,
        call=converted(types, hints.get("return", Any), call, is_async or mark.process, trusted),
        is_async=is_async or mark.process,
        takes_context=takes_context,
        process=mark.process,
        builtin=trusted,
        parameters=parameters_of(parameters, types)[takes_context:],
    )
    optional = sum(p.default is not p.empty for p in parameters)
    for left_out in range(optional, -1, -1):
        arity = entry.arity - left_out
        yield replace(entry, arity=arity, parameters=entry.parameters[:arity])


_POSITIONAL = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)


def _check_process(is_async: bool, takes_context: bool) -> None:
    if is_async:
        raise ExportError("an async function runs in the event loop, not in a process")
    if takes_context:
        raise ExportError("a worker process has no node, so a function with process=True takes no Context")
