"""The function table as `NodeService.ListFunctions` and the page's WebSocket give it."""

from collections.abc import Collection, Iterable

from erlang_docker.functions.table import Export
from erlang_docker.v1 import node_pb2


def list_functions(table: Iterable[Export], origins: Collection[int] = ()) -> node_pb2.ListFunctionsResponse:
    """All that can be called, or what comes from these origins, in the order of module, name and arity."""
    functions = (
        node_pb2.Function(
            module=entry.module,
            name=entry.name,
            arity=entry.arity,
            idempotent=entry.idempotent,
            read_only=entry.read_only,
            help=entry.help,
            example=entry.example,
            parameters=[node_pb2.Parameter(name=p.name, type=p.type) for p in entry.parameters],
            origin=_origin(entry),
        )
        for entry in sorted(table, key=lambda entry: (entry.module, entry.name, entry.arity))
        if not origins or _origin(entry) in origins
    )
    return node_pb2.ListFunctionsResponse(functions=functions)


def _origin(entry: Export) -> node_pb2.FunctionOrigin:
    if not entry.builtin:
        return node_pb2.FUNCTION_ORIGIN_RELEASE
    return node_pb2.FUNCTION_ORIGIN_NODE if entry.is_own else node_pb2.FUNCTION_ORIGIN_ERLANG
