"""The one tree of errors. What another library raises is translated where that library is called.

Every CallError says in its first words what became of the call: it ran, it did not run, or nobody knows.
"""

from otp.errors import ErlangError


class NodeError(ErlangError):
    """Anything this product raises on purpose."""


class SettingsError(NodeError):
    """The environment does not describe a node; the process refuses to start."""


class StateError(NodeError):
    """The volume is not this node's, or can no longer be trusted; the process refuses to go on."""


class CallError(NodeError):
    """The call failed, not the function. `reason` is the atom in `{badrpc,reason}`."""

    reason = "badrpc"


class NotSent(CallError):
    """Did not run: nothing left this node or nothing ran there, so the call may be tried again anywhere."""

    reason = "nodedown"


class NodeDown(CallError):
    """Unknown: the node went away after the call was written; it may have run."""

    reason = "nodedown"


class CallTimeout(CallError):
    """Unknown: the deadline passed; the function may have run."""

    reason = "timeout"


class Busy(CallError):
    """Did not run: the node has as many calls in flight as it takes."""

    reason = "busy"
