"""What this package raises on purpose. A program that uses it adds its own errors to the tree.

A `reason` is a term: what Erlang would show in its place.
"""

from typing import Any, Literal

FailureClass = Literal["error", "exit", "throw"]


class ErlangError(Exception):
    """The root of everything raised on purpose."""


class ParseError(ErlangError):
    """Expected: a text that is not a term or not a call. `reason` says why, in Erlang's words where it has any."""

    def __init__(self, reason: Any) -> None:
        super().__init__(reason)
        self.reason = reason


class Failure(ErlangError):
    """Expected: the function ran and failed, in one of Erlang's three classes (`erlang:raise/3`)."""

    def __init__(self, kind: FailureClass, reason: Any) -> None:
        super().__init__(kind, reason)
        self.kind = kind
        self.reason = reason


class ExportError(ErlangError):
    """A function is exported in a way that cannot work; the process refuses to start."""
