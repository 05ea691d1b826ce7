"""The one tree of errors. What another library raises is translated where that library is called.

A `reason` is a term: what Erlang would show in its place.
"""

from typing import Literal

FailureClass = Literal["error", "exit", "throw"]


class NodeError(Exception):
    """Anything this product raises on purpose."""


class SettingsError(NodeError):
    """The environment does not describe a node; the process refuses to start."""


class StateError(NodeError):
    """The volume is not this node's, or can no longer be trusted; the process refuses to go on."""


class ExportError(NodeError):
    """A function is exported in a way that cannot be; the process refuses to start."""


class Unreadable(NodeError):
    """Expected: a text that is no term or no call. `reason` says why, in Erlang's words where it has any."""

    def __init__(self, reason: object) -> None:
        super().__init__(reason)
        self.reason = reason


class Failure(NodeError):
    """Expected: the function ran and failed, in one of Erlang's three classes (`erlang:raise/3`)."""

    def __init__(self, kind: FailureClass, reason: object) -> None:
        super().__init__(kind, reason)
        self.kind = kind
        self.reason = reason


class CallError(NodeError):
    """The call failed, not the function. `reason` is the atom in `{badrpc,reason}`."""

    reason = "badrpc"


class NotSent(CallError):
    """Expected: nothing left this node or nothing ran there, so the call may be tried again anywhere."""

    reason = "nodedown"


class NodeDown(CallError):
    """Expected: the node went away after the call was written; it may have run."""

    reason = "nodedown"


class CallTimeout(CallError):
    """Expected: the deadline passed; the function may have run."""

    reason = "timeout"


class Busy(CallError):
    """Expected: this node has as many calls in flight as it takes; nothing ran."""

    reason = "busy"
