"""The function table as `NodeService.ListFunctions` gives it; the page gets the same as JSON."""

from collections.abc import Iterable

from erlang_docker.functions.table import Export
from erlang_docker.v1 import node_pb2


def list_functions(table: Iterable[Export]) -> node_pb2.ListFunctionsResponse:
    """All that can be called, in the order of module, name and arity."""
    functions = (
        node_pb2.Function(
            module=entry.module,
            name=entry.name,
            arity=entry.arity,
            idempotent=entry.idempotent,
            read_only=entry.read_only,
            help=entry.help,
            example=entry.example,
        )
        for entry in sorted(table, key=lambda entry: (entry.module, entry.name, entry.arity))
    )
    return node_pb2.ListFunctionsResponse(functions=functions)
