"""The one tree of errors. What another library raises is translated where that library is called.

Every CallError says in its first words what became of the call: it ran, it did not run, or nobody knows.
"""

from otp.errors import ErlangError


class NodeError(ErlangError):
    """Anything this product raises on purpose."""


class SettingsError(NodeError):
    """The environment does not describe a node; the process refuses to start."""


class StateError(NodeError):
    """The volume is not this node's, or is damaged; the process refuses to start."""


class VolumeError(NodeError):
    """The volume cannot be used now: its disk has failed, or another process uses it. Starting again may help."""


class LifespanError(NodeError):
    """What a release's functions need, its `lifespan`, could not be opened; the process exits and may be restarted."""


class Unauthenticated(NodeError):
    """Who asks has shown no token, or a wrong one."""


class CallError(NodeError):
    """The call failed, not the function. `reason` is the atom in `{badrpc,reason}`."""

    reason = "badrpc"


class NodeDown(CallError):
    """Unknown: the node went away after the call was sent; it may have run."""

    reason = "nodedown"


class NotSent(NodeDown):
    """Did not run: nothing left this node or nothing ran there, so the call may be tried again anywhere."""


class NotPicked(NotSent):
    """Did not run: a pick led to no node. `why` is one word of it, for the metrics."""

    def __init__(self, why: str, text: str) -> None:
        super().__init__(text)
        self.why = why


class WrongNode(NotSent):
    """Did not run: another node answers at that address, or another boot of the one that was meant."""


class UnknownNode(NotSent):
    """Did not run: the name is not that of a node in this cluster's domain."""


class CallTimeout(CallError):
    """Unknown: the deadline passed; the function may have run."""

    reason = "timeout"


class Busy(CallError):
    """Did not run: the node has as many calls in flight as it takes."""

    reason = "busy"


class Forbidden(CallError):
    """Did not run: whoever asks may only call functions that change nothing."""

    reason = "eacces"


class ResultError(CallError):
    """Ran: it returned a value, which is not what the caller's `returns` asks for."""

    reason = "badresult"
