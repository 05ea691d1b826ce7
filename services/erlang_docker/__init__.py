"""A node: pick any ready node of the other kind, then call a function on exactly that one.

What is named here is the public API; docs/how-to/functions.md shows how it is used.
"""

import importlib
from typing import TYPE_CHECKING, Any

from erlang_docker.environment import without_fork_handlers
from erlang_docker.errors import (
    Busy,
    CallError,
    CallTimeout,
    Forbidden,
    NodeDown,
    NodeError,
    NotSent,
    ResultError,
    Unauthenticated,
    UnknownNode,
    WrongNode,
)
from erlang_docker.names import NodeName
from erlang_docker.release import Release, modules_of
from otp.errors import ExportError, Failure
from otp.export import export
from otp.terms.types import Atom, Map, Term

if TYPE_CHECKING:
    from erlang_docker.client import Client as Client
    from erlang_docker.functions.context import Context as Context
    from erlang_docker.functions.context import Peer as Peer
    from erlang_docker.process import run as run

without_fork_handlers()

# Loaded when they are asked for: they bring gRPC, which a worker process does without, and which takes a moment that a
# starting node must not spend before it holds its signals.
_LATER = {
    "Client": "erlang_docker.client",
    "Context": "erlang_docker.functions.context",
    "Peer": "erlang_docker.functions.context",
    "run": "erlang_docker.process",
}

__all__ = [
    "Atom",
    "Busy",
    "CallError",
    "CallTimeout",
    "Client",
    "Context",
    "ExportError",
    "Failure",
    "Forbidden",
    "Map",
    "NodeDown",
    "NodeError",
    "NodeName",
    "NotSent",
    "Peer",
    "Release",
    "ResultError",
    "Term",
    "Unauthenticated",
    "UnknownNode",
    "WrongNode",
    "export",
    "modules_of",
    "run",
]


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_LATER[name]), name)
